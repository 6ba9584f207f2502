"""The domain settings as the strategy has them: the settings file, and the optimised ones from Freqtrade's file."""

from __future__ import annotations

from pathlib import Path

import orjson

from companion.ground.errors import UsageError
from companion.ground.layout import CONFIG, STRATEGIES
from hhq.settings import HHQSettings, SettingsError
from hhq_shared.settings_files import OptimisedSettings, load_settings

SETTINGS_FILE = CONFIG / "hhq.toml"
PARAMETER_FILE = STRATEGIES / "HHQStrategy.json"
DECIMALS = {name: 0 if name == "min_confidence" else 2 for name in OptimisedSettings.NAMES}
"""To how many decimals the strategy rounds its parameters."""


def bot_settings(settings: Path | None, parameters: Path | None, overlay: Path | None = None) -> HHQSettings:
    """Read both files; None is the project's own, which of the parameters need not be there.

    ``overlay``: a file whose values lie over those of the settings file, if it exists.

    Raises UsageError naming the file, and the key that is unknown or out of range.
    """
    try:
        base = load_settings(settings or SETTINGS_FILE, overlay)
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem
    if parameters is None and not PARAMETER_FILE.is_file():
        return base
    path = parameters or PARAMETER_FILE
    values = {name: _value_of(base, name) for name in OptimisedSettings.NAMES}
    values.update(_optimised(path))
    try:
        return OptimisedSettings(base).with_values(values)
    except SettingsError as problem:
        raise UsageError(f"{path.name}: {problem}") from problem


def _value_of(settings: HHQSettings, name: str) -> float:
    section, key = OptimisedSettings.NAMES[name]
    return float(getattr(getattr(settings, section), key))


def _optimised(path: Path) -> dict[str, float]:
    """The values that Freqtrade's parameter file gives the optimised settings."""
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as problem:
        raise UsageError(f"parameter file can not be read: {path} ({problem.strerror})") from problem
    except orjson.JSONDecodeError as problem:
        raise UsageError(f"{path}: not valid JSON ({problem})") from problem
    spaces = content.get("params") if isinstance(content, dict) else None
    if not isinstance(spaces, dict):
        raise UsageError(f"{path}: not a parameter file of Freqtrade (no 'params')")
    found: dict[str, float] = {}
    for space in spaces.values():
        for name, value in space.items() if isinstance(space, dict) else ():
            if name in DECIMALS:
                found[name] = _number(path, name, value)
    return found


def _number(path: Path, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{path.name}: {name} = {value!r}: not a number")
    return round(float(value), DECIMALS[name])
