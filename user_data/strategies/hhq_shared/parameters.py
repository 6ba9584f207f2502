"""The eight optimised settings: parameters of the strategy, at home in Freqtrade's parameter file and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError, parse
from hhq_shared.toml_tables import merged

STRATEGY = "HHQStrategy"
PARAMETER_FILE = f"{STRATEGY}.json"


class Parameter(NamedTuple):
    """One parameter: which setting it is, Freqtrade's space, and to how many decimals the strategy rounds it."""

    section: str
    key: str
    space: str
    decimals: int = 2


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "z_score_threshold": Parameter("signal", "z_score_threshold", "buy"),
        "min_confidence": Parameter("signal", "min_confidence", "buy", 0),
        "entry_tightness": Parameter("entry", "entry_tightness", "buy"),
        "sl_atr": Parameter("levels", "sl_atr", "sell"),
        "tp_atr": Parameter("levels", "tp_atr", "sell"),
        "exit_tightness": Parameter("levels", "exit_tightness", "sell"),
        "trail_activation": Parameter("levels", "trail_activation", "sell"),
        "trail_distance": Parameter("levels", "trail_distance", "sell"),
    }
)


class OptimisedSettings:
    """A tree of settings with the values that Freqtrade gives to the strategy's parameters."""

    def __init__(self, base: HHQSettings) -> None:
        self._base = base
        self._values: dict[str, float] | None = None
        self._settings = base

    def with_values(self, values: Mapping[str, float]) -> HHQSettings:
        """Return the settings with these parameter values; the same object while nothing changes.

        Raises SettingsError that names a value out of range.
        """
        if self._values != values:
            overlay: dict[str, object] = {}
            for name, parameter in PARAMETERS.items():
                overlay = merged(overlay, {parameter.section: {parameter.key: values[name]}})
            self._settings = parse(HHQSettings, merged(self._base.model_dump(), overlay))
            self._values = dict(values)
        return self._settings


def with_parameter_file(base: HHQSettings, path: Path) -> HHQSettings:
    """Return ``base`` with the values of Freqtrade's parameter file, rounded as the strategy rounds them.

    Raises SettingsError that names a file that cannot be read, or a value that is not a number or out of range.
    """
    values = {name: _value_of(base, parameter) for name, parameter in PARAMETERS.items()}
    values.update(_read(path))
    try:
        return OptimisedSettings(base).with_values(values)
    except SettingsError as problem:
        raise SettingsError(f"{path.name}: {problem}") from problem


def parameter_text(before: bytes | None, changes: Mapping[str, float | None], export_time: str) -> str:
    """Return Freqtrade's parameter file with these parameters set, or (None) removed; everything else in it stays."""
    content: dict[str, Any] = json.loads(before) if before else {}
    params: dict[str, Any] = content.setdefault("params", {})
    for name, value in changes.items():
        space = params.setdefault(PARAMETERS[name].space, {})
        if value is None:
            space.pop(name, None)
        else:
            space[name] = value
    content |= {"strategy_name": STRATEGY, "ft_stratparam_v": 1, "export_time": export_time}
    return json.dumps(content, indent=2) + "\n"


def refuse_parameters(values: Mapping[str, object]) -> None:
    """Raise SettingsError when a settings file sets something that belongs in Freqtrade's parameter file."""
    for section, key, *_ in PARAMETERS.values():
        table = values.get(section)
        if isinstance(table, dict) and key in table:
            raise SettingsError(f"{section}.{key} is set in {PARAMETER_FILE}, not here")


def _value_of(settings: HHQSettings, parameter: Parameter) -> float:
    return float(getattr(getattr(settings, parameter.section), parameter.key))


def _read(path: Path) -> dict[str, float]:
    """Return the values that the file gives to the parameters."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsError(f"parameter file cannot be read: {path} ({problem.strerror})") from problem
    except ValueError as problem:
        raise SettingsError(f"{path}: not valid JSON ({problem})") from problem
    spaces = content.get("params") if isinstance(content, dict) else None
    if not isinstance(spaces, dict):
        raise SettingsError(f"{path}: not a parameter file of Freqtrade (no 'params')")
    return {
        name: _number(path, name, value)
        for space in spaces.values()
        if isinstance(space, dict)
        for name, value in space.items()
        if name in PARAMETERS
    }


def _number(path: Path, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingsError(f"{path.name}: {name} = {value!r}: not a number")
    return round(float(value), PARAMETERS[name].decimals)
