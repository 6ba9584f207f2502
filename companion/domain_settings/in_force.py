"""The settings that the bot decides with: the settings file, the overlay, Freqtrade's parameter file of the strategy."""

from __future__ import annotations

import logging
from pathlib import Path

from companion.ground.errors import UsageError
from companion.ground.layout import CONFIG, STRATEGIES, USER_DATA
from hhq.settings import HHQSettings, SettingsError
from hhq_shared.parameters import PARAMETER_FILE as PARAMETER_FILE_NAME
from hhq_shared.settings_files import SettingsFiles, SettingsWatch

SETTINGS_FILE = CONFIG / "hhq.toml"
PARAMETER_FILE = STRATEGIES / PARAMETER_FILE_NAME
OVERLAY_FILE = USER_DATA / "hhq" / "overlay.toml"
"""Where the dry-run and live layers of the bot's configuration look for the overlay."""

logger = logging.getLogger("companion.scanner")


class SettingsInForce:
    """The settings that the files hold now.

    Raises UsageError when it is made with files that cannot be used. Files that become unusable later leave the last
    good settings in force; :attr:`problem` says why.
    """

    def __init__(self, files: SettingsFiles) -> None:
        try:
            self._watch = SettingsWatch(files)
        except SettingsError as problem:
            raise UsageError(str(problem)) from problem

    @property
    def problem(self) -> str:
        """Why the newest files cannot be used, empty if they can."""
        return self._watch.problem

    def current(self) -> HHQSettings:
        """The settings that the files hold now; the same object while no file has changed."""
        if self._watch.look():
            if self.problem:
                logger.error("SCANNER_SETTINGS kept as they were: %s", self.problem)
            else:
                logger.info("SCANNER_SETTINGS read again")
        return self._watch.current


def read_settings(files: SettingsFiles) -> HHQSettings:
    """Read the settings once. Raises UsageError naming the file, and the key that is unknown or out of range."""
    try:
        return files.read()
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem


def named_settings(
    settings: Path | None, parameters: Path | None, overlay: Path | None = None
) -> HHQSettings:
    """Read the settings for a command; None: the project's own file (its parameter file may be missing), no overlay.

    Raises UsageError like :func:`read_settings`, and for a parameter file that is named but missing.
    """
    if parameters is not None and not parameters.is_file():
        raise UsageError(f"parameter file cannot be read: {parameters}")
    return read_settings(SettingsFiles(settings or SETTINGS_FILE, overlay, parameters or PARAMETER_FILE))
