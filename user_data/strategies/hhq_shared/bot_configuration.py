"""The files that a bot's Freqtrade configuration names under ``hhq``, and where they are when it names none.

``{"hhq": {"settings": FILE, "overlay": FILE, "requests": FILE, "recordings": DIR, "tiers": FILE}}``
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError
from hhq_shared.recorded_format import FOLDER
from hhq_shared.settings_files import SettingsFiles

CONFIG_KEY = "hhq"
DEFAULT_FILE = Path("config") / "hhq.toml"
_KEYS = frozenset({"settings", "overlay", "requests", "recordings", "tiers"})


def settings_files(config: Mapping[str, Any]) -> SettingsFiles:
    """Return the settings files: those that are named, else ``config/hhq.toml`` next to user_data, if it exists.

    Raises SettingsError for an unknown key.
    """
    named = config.get(CONFIG_KEY, {})
    unknown = sorted(set(named) - _KEYS)
    if unknown:
        raise SettingsError(f"{CONFIG_KEY}.{unknown[0]}: unknown key of the configuration")
    overlay = Path(named["overlay"]) if "overlay" in named else None
    if "settings" in named:
        return SettingsFiles(Path(named["settings"]), overlay)
    beside = Path(config.get("user_data_dir", "user_data")).resolve().parent / DEFAULT_FILE
    return SettingsFiles(beside if beside.exists() else None, overlay)


def settings_of_config(config: Mapping[str, Any]) -> HHQSettings:
    """Read the settings that a configuration points to, without the strategy's parameters.

    Raises SettingsError for a named file that is missing, an unknown key, or a value out of range.
    """
    return settings_files(config).read()


def requests_path(config: Mapping[str, Any]) -> Path | None:
    """Return the file with the user's requests to the guards, None where the configuration names none."""
    return _named(config, "requests")


def tiers_path(config: Mapping[str, Any]) -> Path | None:
    """Return the file to which the bot writes its leverage tiers, None where the configuration names none."""
    return _named(config, "tiers")


def recordings_folder(config: Mapping[str, Any]) -> Path:
    """Return the folder of the recordings: the named one, else ``recorded`` in the folder of the candles."""
    return _named(config, "recordings") or Path(config.get("datadir") or ".") / FOLDER


def _named(config: Mapping[str, Any], key: str) -> Path | None:
    named = config.get(CONFIG_KEY, {}).get(key)
    return Path(named) if named else None
