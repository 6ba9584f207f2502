"""Reading the settings: config/hhq.toml, then the overlay that only the companion writes."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError, parse
from hhq_shared.recorded_format import FOLDER

logger = logging.getLogger("hhq.guard")


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file; raise :class:`SettingsError` naming a file that can not be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


def merged(base: Mapping[str, object], overlay: Mapping[str, object]) -> dict[str, object]:
    """Return ``base`` with the values of ``overlay`` laid over it, table by table."""
    result = dict(base)
    for key, value in overlay.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


DEFAULT_FILE = Path("config") / "hhq.toml"
CONFIG_KEY = "hhq"


class OptimisedSettings:
    """The eight optimised settings: their one home is Freqtrade's parameter file, all others live in the file."""

    NAMES: ClassVar[dict[str, tuple[str, str]]] = {
        "z_score_threshold": ("signal", "z_score_threshold"),
        "min_confidence": ("signal", "min_confidence"),
        "entry_tightness": ("entry", "entry_tightness"),
        "sl_atr": ("levels", "sl_atr"),
        "tp_atr": ("levels", "tp_atr"),
        "exit_tightness": ("levels", "exit_tightness"),
        "trail_activation": ("levels", "trail_activation"),
        "trail_distance": ("levels", "trail_distance"),
    }

    def __init__(self, base: HHQSettings) -> None:
        self._base = base
        self._values: dict[str, float] | None = None
        self._settings = base

    def with_values(self, values: Mapping[str, float]) -> HHQSettings:
        """Return the settings with these values of the optimised ones; the same object while nothing changes.

        Raises SettingsError naming a value out of range.
        """
        if self._values != values:
            overlay: dict[str, object] = {}
            for name, (section, key) in self.NAMES.items():
                overlay = merged(overlay, {section: {key: values[name]}})
            self._settings = parse(HHQSettings, merged(self._base.model_dump(), overlay))
            self._values = dict(values)
        return self._settings


def refuse_optimised(values: Mapping[str, object]) -> None:
    """Raise SettingsError when a file sets one of the settings that live in Freqtrade's parameter file."""
    for section, key in OptimisedSettings.NAMES.values():
        table = values.get(section)
        if isinstance(table, dict) and key in table:
            raise SettingsError(f"{section}.{key} is set in HHQStrategy.json, not here")


def settings_of_config(config: Mapping[str, Any]) -> HHQSettings:
    """Read the settings that a Freqtrade configuration points to.

    ``{"hhq": {"settings": FILE, "overlay": FILE, "requests": FILE, "recordings": DIR, "tiers": FILE}}``; without
    settings ``config/hhq.toml`` beside user_data, if there is one.

    Raises SettingsError for a file that is named and missing, an unknown key, a value out of range.
    """
    return load_settings(*_files_of(config))


def _files_of(config: Mapping[str, Any]) -> tuple[Path | None, Path | None]:
    """Return the settings file, None where there is none, and the overlay that is named."""
    named = config.get(CONFIG_KEY, {})
    unknown = sorted(set(named) - {"settings", "overlay", "requests", "recordings", "tiers"})
    if unknown:
        raise SettingsError(f"{CONFIG_KEY}.{unknown[0]}: unknown key of the configuration")
    overlay = Path(named["overlay"]) if "overlay" in named else None
    if "settings" in named:
        return Path(named["settings"]), overlay
    beside = Path(config.get("user_data_dir", "user_data")).resolve().parent / DEFAULT_FILE
    return (beside if beside.exists() else None), overlay


def requests_path(config: Mapping[str, Any]) -> Path | None:
    """Return the file of what the user asks the guards to forget, None where the configuration names none."""
    named = config.get(CONFIG_KEY, {}).get("requests")
    return None if named is None else Path(named)


def recordings_folder(config: Mapping[str, Any]) -> Path:
    """Return the folder of the recordings: the one that is named, else ``recorded`` beside the candles."""
    named = config.get(CONFIG_KEY, {}).get("recordings")
    return Path(named) if named else Path(config.get("datadir") or ".") / FOLDER


class SettingsWatch:
    """Reads the settings of a configuration again when one of their files has changed."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._path, self._overlay = _files_of(config)
        self._seen = self._stamps()

    def changed(self) -> HHQSettings | None:
        """Return the settings if a file has changed since the last call, else None.

        Settings that are wrong are not taken: they are logged once, and the running ones stay.
        """
        stamps = self._stamps()
        if stamps == self._seen:
            return None
        self._seen = stamps
        try:
            return load_settings(self._path, self._overlay)
        except SettingsError as error:
            logger.error("SETTINGS: not taken, the running ones stay: %s", error)
            return None

    def _stamps(self) -> tuple[tuple[int, int] | None, ...]:
        return tuple(_stamp(path) for path in (self._path, self._overlay))


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return None
    return None if status is None else (status.st_mtime_ns, status.st_ino)


def load_settings(path: Path | None, overlay: Path | None = None) -> HHQSettings:
    """Read and check the settings: the file (None: the defaults), then the overlay if it exists.

    Raises:
        SettingsError: a file that can not be read, an unknown key, a value out of range; it names the key.
    """
    values = {} if path is None else read_toml(path)
    names = [] if path is None else [path.name]
    if overlay is not None and overlay.exists():
        values = merged(values, read_toml(overlay))
        names.append(overlay.name)
    try:
        refuse_optimised(values)
        return parse(HHQSettings, values)
    except SettingsError as error:
        raise SettingsError(f"{' and '.join(names)}: {error}") from None
