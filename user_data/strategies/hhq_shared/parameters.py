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
        self._values = parameters_of(base)
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


def parameters_of(settings: HHQSettings) -> dict[str, float]:
    """Return the values of the parameters by name."""
    return {
        name: float(getattr(getattr(settings, parameter.section), parameter.key))
        for name, parameter in PARAMETERS.items()
    }


def with_parameter_file(
    base: HHQSettings, path: Path, declared: Mapping[str, float] | None = None, strategy: str | None = None
) -> HHQSettings:
    """Return ``base`` with the values of Freqtrade's parameter file, rounded as the strategy rounds them.

    ``declared``: what the strategy itself gives to parameters that are not in the file, None: what ``base`` does. The file
    may be missing. Raises SettingsError that names a file that cannot be read or that is not of ``strategy`` (None: of any),
    or a value that is not a number or out of range.
    """
    values = {**parameters_of(base), **(declared or {}), **_own(path, read_parameter_file(path, strategy))}
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
    content.setdefault("strategy_name", STRATEGY)
    content |= {"ft_stratparam_v": 1, "export_time": export_time}
    return json.dumps(content, indent=2) + "\n"


def refuse_parameters(values: Mapping[str, object]) -> None:
    """Raise SettingsError when a settings file sets something that belongs in Freqtrade's parameter file."""
    for section, key, *_ in PARAMETERS.values():
        table = values.get(section)
        if isinstance(table, dict) and key in table:
            raise SettingsError(f"{section}.{key} is set in {PARAMETER_FILE}, not here")


def read_parameter_file(path: Path, strategy: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the values of Freqtrade's parameter file by space and name; nothing where there is no file.

    Raises SettingsError for a file that cannot be read, is not a parameter file, or not of ``strategy`` (None: of any).
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise SettingsError(f"parameter file cannot be read: {path} ({problem.strerror})") from problem
    except ValueError as problem:
        raise SettingsError(f"{path}: not valid JSON ({problem})") from problem
    spaces = content.get("params") if isinstance(content, dict) else None
    if not isinstance(spaces, dict):
        raise SettingsError(f"{path}: not a parameter file of Freqtrade (no 'params')")
    if strategy is not None and content.get("strategy_name") != strategy:
        raise SettingsError(f"{path}: of the strategy {content.get('strategy_name')!r}, not of {strategy}")
    return {name: space for name, space in spaces.items() if isinstance(space, dict)}


def freqtrades_own(spaces: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is not ours in a parameter file, by "space.name": Freqtrade takes it at a reload only."""
    return {
        f"{space}.{name}": value
        for space, values in spaces.items()
        for name, value in values.items()
        if name not in PARAMETERS or PARAMETERS[name].space != space
    }


def _own(path: Path, spaces: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return the values that the file gives to the parameters; as Freqtrade does, each from its own space."""
    return {
        name: _number(path, name, spaces[parameter.space][name])
        for name, parameter in PARAMETERS.items()
        if name in spaces.get(parameter.space, {})
    }


def _number(path: Path, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingsError(f"{path.name}: {name} = {value!r}: not a number")
    return round(float(value), PARAMETERS[name].decimals)
