"""Reading the settings: config/hhq.toml, then the overlay that only the companion writes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError, parse


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


def refuse_optimised(values: Mapping[str, object], path: Path) -> None:
    """Raise SettingsError when a file sets one of the settings that live in Freqtrade's parameter file."""
    for section, key in OptimisedSettings.NAMES.values():
        table = values.get(section)
        if isinstance(table, dict) and key in table:
            raise SettingsError(f"{path.name}: {section}.{key} is set in HHQStrategy.json, not here")


def settings_of_config(config: Mapping[str, Any]) -> HHQSettings:
    """Read the settings that a Freqtrade configuration points to.

    ``{"hhq": {"settings": FILE, "overlay": FILE}}``; without it ``config/hhq.toml`` beside user_data, if there is one.

    Raises SettingsError for a file that is named and missing, an unknown key, a value out of range.
    """
    named = config.get(CONFIG_KEY, {})
    unknown = sorted(set(named) - {"settings", "overlay"})
    if unknown:
        raise SettingsError(f"{CONFIG_KEY}.{unknown[0]}: unknown key of the configuration")
    overlay = Path(named["overlay"]) if "overlay" in named else None
    if "settings" in named:
        return load_settings(Path(named["settings"]), overlay)
    beside = Path(config.get("user_data_dir", "user_data")).resolve().parent / DEFAULT_FILE
    return load_settings(beside, overlay) if beside.exists() else HHQSettings()


def load_settings(path: Path, overlay: Path | None = None) -> HHQSettings:
    """Read and check the settings: the file, then the overlay if it exists.

    Raises:
        SettingsError: a file that can not be read, an unknown key, a value out of range; it names the key.
    """
    values = read_toml(path)
    if overlay is not None and overlay.exists():
        values = merged(values, read_toml(overlay))
    try:
        refuse_optimised(values, path)
        return parse(HHQSettings, values)
    except SettingsError as error:
        raise SettingsError(f"{path.name}: {error}") from None
