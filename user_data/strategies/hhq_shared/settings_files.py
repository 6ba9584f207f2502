"""The domain settings: config/hhq.toml, the overlay that only the companion writes, the strategy's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError, parse
from hhq_shared.file_stamp import FileStamp, stamp_of
from hhq_shared.parameters import refuse_parameters, with_parameter_file
from hhq_shared.profiles import profile_stamp, refuse_profile, with_profile
from hhq_shared.toml_tables import merged, read_toml, read_toml_if_there


@dataclass(frozen=True, slots=True)
class SettingsFiles:
    """Where the settings are. ``settings`` None: the defaults; ``overlay`` and ``parameters`` apply where they exist.

    A backtest names no ``parameters``: its strategy gets their values from Freqtrade.
    """

    settings: Path | None
    overlay: Path | None = None
    parameters: Path | None = None

    def read(self) -> HHQSettings:
        """Read and check the settings.

        Raises SettingsError that names the file: it cannot be read, has an unknown key, or a value out of range.
        """
        base = load_settings(self.settings, self.overlay)
        return base if self.parameters is None else self._with_parameters(base, self.parameters)

    def stamps(self) -> tuple[FileStamp | None, ...]:
        """Return the stamps of the files and of the profile's, which change when one of them is written or replaced."""
        named = (self.settings, self.overlay, self.parameters)
        return (*(stamp_of(path) for path in named), profile_stamp())

    def _with_parameters(self, base: HHQSettings, path: Path) -> HHQSettings:
        return with_parameter_file(base, path)


@dataclass(frozen=True, slots=True)
class RunningFiles(SettingsFiles):
    """The files of a running bot: ``declared`` is what its ``strategy`` gives to parameters that are not in its file."""

    declared: Mapping[str, float] | None = None
    strategy: str | None = None

    def _with_parameters(self, base: HHQSettings, path: Path) -> HHQSettings:
        return with_parameter_file(base, path, self.declared, self.strategy)


class SettingsWatch:
    """Reads the settings again when one of their files has changed, and keeps the old ones if the new ones are invalid.

    Raises SettingsError if the files cannot be used at the start.
    """

    def __init__(self, files: SettingsFiles) -> None:
        self._files = files
        self._seen = files.stamps()
        self._current = files.read()
        self._problem = ""

    @property
    def current(self) -> HHQSettings:
        """The last valid settings; the same object while nothing changes."""
        return self._current

    @property
    def problem(self) -> str:
        """Why the files as they are now cannot be used; empty if they can."""
        return self._problem

    def look(self) -> bool:
        """Return whether a file has changed since the last look; :attr:`problem` says why it could not be used, if so."""
        stamps = self._files.stamps()
        if stamps == self._seen:
            return False
        self._seen = stamps
        try:
            self._current = self._files.read()
            self._problem = ""
        except SettingsError as error:
            self._problem = str(error)
        return True


def load_settings(path: Path | None, overlay: Path | None = None) -> HHQSettings:
    """Read and check the settings: the file (None: the defaults), then the overlay if it exists, over their profile.

    Raises:
        SettingsError: a file cannot be read, a key is unknown or in the wrong file (it is named), a value is out of range.
    """
    values = {} if path is None else read_toml(path)
    names = [] if path is None else [path.name]
    laid_over = {} if overlay is None else read_toml_if_there(overlay)
    if overlay is not None and laid_over:
        refuse_profile(laid_over, overlay)
        values = merged(values, laid_over)
        names.append(overlay.name)
    try:
        refuse_parameters(values)
        return parse(HHQSettings, with_profile(values))
    except SettingsError as error:
        raise SettingsError(f"{' and '.join(names)}: {error}") from None


def settings_of_profile(name: str) -> HHQSettings:
    """Return the settings of a profile as it stands. Raises SettingsError for an unknown one, or one that cannot be used."""
    return parse(HHQSettings, with_profile({"profile": name}))
