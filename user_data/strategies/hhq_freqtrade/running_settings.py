"""The settings in force: those of the strategy's files, overridden by the optimised parameters."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from hhq.digest import digest_seed, settings_digest
from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError
from hhq_shared.bot_configuration import settings_files
from hhq_shared.parameters import OptimisedSettings
from hhq_shared.settings_files import SettingsWatch

logger = logging.getLogger("hhq.trace")


class RunningSettings:
    """Always the settings now in force; ``current`` is the same object for as long as nothing changes.

    Raises SettingsError that names file and key if the settings of the configuration cannot be used.
    """

    def __init__(self, config: Mapping[str, Any], parameters: Mapping[str, float]) -> None:
        self._watch = SettingsWatch(settings_files(config))
        self._optimised = OptimisedSettings(self._watch.current)
        self._current = self._optimised.with_values(parameters)
        self._seed = digest_seed(self._current)

    @property
    def current(self) -> HHQSettings:
        """The settings to decide with."""
        return self._current

    @property
    def seed(self) -> int:
        """The seed of every decision's digest."""
        return self._seed

    def take_parameters(self, parameters: Mapping[str, float]) -> None:
        """Apply the optimised parameters as they are now. Raises SettingsError that names a value out of range."""
        self._take(self._optimised.with_values(parameters))

    def take_changed_files(self, parameters: Mapping[str, float]) -> None:
        """Read the files again if they have changed; settings that cannot be used are logged and not applied."""
        if not self._watch.look():
            return
        optimised = OptimisedSettings(self._watch.current)
        try:
            if self._watch.problem:
                raise SettingsError(self._watch.problem)
            settings = optimised.with_values(parameters)
        except SettingsError as error:
            logger.error("SETTINGS: not taken, the running ones stay: %s", error)
            return
        self._optimised = optimised
        self._take(settings)
        logger.info("SETTINGS: changed, now %s", settings_digest(settings))

    def _take(self, settings: HHQSettings) -> None:
        if settings is not self._current:
            self._current, self._seed = settings, digest_seed(settings)
