"""The settings that the bot runs with, read again when one of their files changes."""

from __future__ import annotations

import logging
from pathlib import Path

from companion.domain_settings.bot_settings import PARAMETER_FILE, SETTINGS_FILE, bot_settings
from companion.ground.errors import UsageError
from companion.ground.layout import USER_DATA
from hhq.settings import HHQSettings, SettingsError
from hhq_shared.settings_files import load_settings

OVERLAY_FILE = USER_DATA / "hhq" / "overlay.toml"
"""Where the layers dry-run and live of the bot's configuration look for the overlay."""

logger = logging.getLogger("companion.scanner")


class SettingsFiles:
    """``config/hhq.toml``, the overlay that the companion writes, and Freqtrade's parameter file of the strategy.

    Raises UsageError at the start for files that can not be used. Later such files leave the last good settings in
    force: :attr:`problem` says why.
    """

    def __init__(
        self,
        settings: Path = SETTINGS_FILE,
        parameters: Path = PARAMETER_FILE,
        overlay: Path | None = OVERLAY_FILE,
    ) -> None:
        self._settings_file, self._parameters, self._overlay = settings, parameters, overlay
        self._seen = self._signature()
        self._current = self._read()
        self._problem = ""

    @property
    def problem(self) -> str:
        """Why the newest files can not be used, empty if they can."""
        return self._problem

    def current(self) -> HHQSettings:
        """The settings of the files as they are now; the same object while no file has changed."""
        seen = self._signature()
        if seen != self._seen:
            self._seen = seen
            try:
                self._current = self._read()
                self._problem = ""
                logger.info("SCANNER_SETTINGS read again")
            except UsageError as problem:
                self._problem = str(problem)
                logger.error("SCANNER_SETTINGS kept as they were: %s", problem)
        return self._current

    def _read(self) -> HHQSettings:
        if self._parameters.is_file():
            return bot_settings(self._settings_file, self._parameters, self._overlay)
        try:
            return load_settings(self._settings_file, self._overlay)
        except SettingsError as problem:
            raise UsageError(str(problem)) from problem

    def _signature(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_stamp(path) for path in (self._settings_file, self._parameters, self._overlay))


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    """What changes when a file is written or replaced; None for one that is not there."""
    if path is None:
        return None
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
