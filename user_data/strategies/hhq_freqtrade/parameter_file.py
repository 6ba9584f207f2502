"""Freqtrade's parameter file beside the strategy: ours are taken while the bot runs, the rest waits for a reload."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freqtrade.strategy import IStrategy

from hhq.settings.base import SettingsError
from hhq_shared.file_stamp import stamp_of
from hhq_shared.parameters import PARAMETERS, freqtrades_own, read_parameter_file

logger = logging.getLogger("hhq.trace")


class ParameterFile:
    """The parameter file at ``path``, of the strategy of this name; ``loaded``: what Freqtrade has read of it."""

    def __init__(self, path: Path | None, strategy: str, loaded: Mapping[str, Mapping[str, Any]]) -> None:
        self.path = path
        self.strategy = strategy
        self._loaded = freqtrades_own(loaded)
        self._seen = stamp_of(path)
        self._waiting: tuple[str, ...] = ()

    @classmethod
    def of(cls, strategy: IStrategy) -> ParameterFile:
        """Return the file beside the strategy's own, which need not exist yet."""
        path = Path(strategy.__file__).with_suffix(".json") if strategy.__file__ else None
        return cls(path, type(strategy).__name__, strategy._ft_params_from_file)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Names ("space.name") of what has changed in the file and only a reload of the bot takes."""
        return self._waiting

    def look(self) -> None:
        """Note, and log, what waits for a reload if the file has changed; one that cannot be read changes nothing."""
        stamp = stamp_of(self.path)
        if self.path is None or stamp == self._seen:
            return
        self._seen = stamp
        try:
            now = freqtrades_own(read_parameter_file(self.path))
        except SettingsError:  # the settings are read from it too, and say so
            return
        missing = object()
        names = sorted({*now, *self._loaded})
        self._waiting = tuple(
            name for name in names if now.get(name, missing) != self._loaded.get(name, missing)
        )
        if self._waiting:
            logger.warning("SETTINGS: only a reload of the bot takes %s", ", ".join(self._waiting))


def declared_parameters(strategy: IStrategy) -> dict[str, float]:
    """Return what a strategy that is being made gives to its parameters where the parameter file does not."""
    found = {}
    for name, parameter in PARAMETERS.items():
        of_space = getattr(strategy, f"{parameter.space}_params", {})
        found[name] = float(of_space.get(name, getattr(strategy, name).value))
    return found
