"""The files of the domain settings: the overlay, Freqtrade's parameter file, and the history of changes."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.domain_settings.bot_settings import bot_settings
from companion.ground.errors import UsageError
from hhq.settings import HHQSettings, SettingsError
from hhq_shared.settings_files import load_settings, read_toml

SPACES = {
    "z_score_threshold": "buy",
    "entry_tightness": "buy",
    "min_confidence": "buy",
    "sl_atr": "sell",
    "tp_atr": "sell",
    "exit_tightness": "sell",
    "trail_activation": "sell",
    "trail_distance": "sell",
}
"""The optimised settings by the space that the strategy declares each in."""
_STRATEGY = "HHQStrategy"
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TuningFiles:
    """Where the settings lie. Only this service writes the overlay and the history."""

    settings: Path
    overlay: Path
    parameters: Path
    history: Path

    def effective(self) -> HHQSettings:
        """The settings that a bot with these files runs with. Raises UsageError naming the file and the key."""
        if self.parameters.is_file():
            return bot_settings(self.settings, self.parameters, self.overlay)
        try:
            return load_settings(self.settings, self.overlay)
        except SettingsError as problem:
            raise UsageError(str(problem)) from problem

    def stamps(self) -> tuple[tuple[int, int, int] | None, ...]:
        """What changes when one of the files is written or replaced."""
        return tuple(_stamp(path) for path in (self.settings, self.overlay, self.parameters, self.history))

    def overlay_values(self) -> Table:
        """What is laid over the settings file. Raises SettingsError for a file that can not be read."""
        return dict(read_toml(self.overlay)) if self.overlay.exists() else {}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def overlay_text(values: Mapping[str, Any]) -> str:
    """The overlay as TOML; ValueError for values that TOML does not hold."""
    lines = ["# Written by the companion (PATCH /api/v1/settings); what stands here is laid over hhq.toml."]
    _write_table(lines, values, ())
    text = "\n".join(lines) + "\n"
    if tomllib.loads(text) != values:
        raise ValueError("the values can not be written as TOML")
    return text


def _write_table(lines: list[str], values: Mapping[str, Any], path: tuple[str, ...]) -> None:
    own = {name: value for name, value in values.items() if not isinstance(value, dict)}
    if own and path:
        lines += ["", f"[{'.'.join(path)}]"]
    lines += [f"{name} = {_literal(value)}" for name, value in own.items()]
    for name, value in values.items():
        if isinstance(value, dict):
            _write_table(lines, value, (*path, name))


def _literal(value: object) -> str:
    # JSON's spelling is TOML's, except for the one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parameter_text(before: bytes | None, changes: Mapping[str, float | None], export_time: str) -> str:
    """Freqtrade's parameter file with these parameters set, or (None) taken out; everything else in it stays."""
    content: Table = json.loads(before) if before else {}
    params: Table = content.setdefault("params", {})
    for name, value in changes.items():
        space = params.setdefault(SPACES[name], {})
        if value is None:
            space.pop(name, None)
        else:
            space[name] = value
    content |= {"strategy_name": _STRATEGY, "ft_stratparam_v": 1, "export_time": export_time}
    return json.dumps(content, indent=2) + "\n"


def append_line(path: Path, entry: Mapping[str, Any]) -> None:
    """Add one JSON line, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[Table]:
    """All whole JSON lines, oldest first; a line that a crash cut off is left out."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
