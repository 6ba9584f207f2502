"""The settings in force: those of the strategy's files, overridden by the optimised parameters."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from hhq.digest import digest_seed, settings_digest
from hhq.settings import HHQSettings
from hhq_freqtrade.parameter_file import ParameterFile
from hhq_shared.bot_configuration import settings_files
from hhq_shared.parameters import OptimisedSettings, parameters_of
from hhq_shared.settings_files import RunningFiles, SettingsWatch

logger = logging.getLogger("hhq.trace")


class RunningSettings:
    """Always the settings now in force; ``current`` is the same object for as long as nothing changes.

    ``parameters``: what the strategy declares. ``file``: where a running bot's parameters are, read with the other files;
    None: Freqtrade alone gives them. Raises SettingsError that names file and key if the settings cannot be used.
    """

    def __init__(
        self, config: Mapping[str, Any], parameters: Mapping[str, float], file: ParameterFile | None = None
    ) -> None:
        files = settings_files(config)
        if file is not None:
            files = RunningFiles(files.settings, files.overlay, file.path, parameters, file.strategy)
        self._watch = SettingsWatch(files)
        self._optimised = OptimisedSettings(self._watch.current)
        self._current = self._watch.current if file else self._optimised.with_values(parameters)
        self._seed = digest_seed(self._current)

    @property
    def current(self) -> HHQSettings:
        """The settings to decide with."""
        return self._current

    @property
    def parameters(self) -> dict[str, float]:
        """The optimised parameters in force, by name."""
        return parameters_of(self._current)

    @property
    def seed(self) -> int:
        """The seed of every decision's digest."""
        return self._seed

    def take_parameters(self, parameters: Mapping[str, float]) -> None:
        """Apply the optimised parameters as they are now. Raises SettingsError that names a value out of range."""
        self._take(self._optimised.with_values(parameters))

    def take_changed_files(self) -> None:
        """Read the files again if they have changed; settings that cannot be used are logged and not applied."""
        if not self._watch.look():
            return
        if self._watch.problem:
            logger.error("SETTINGS: not taken, the running ones stay: %s", self._watch.problem)
            return
        self._optimised = OptimisedSettings(self._watch.current)
        self._take(self._watch.current)
        logger.info("SETTINGS: changed, now %s", settings_digest(self._current))

    def _take(self, settings: HHQSettings) -> None:
        if settings is not self._current:
            self._current, self._seed = settings, digest_seed(settings)
