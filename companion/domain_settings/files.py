"""The files in which the companion changes domain settings, and the history of changes."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from companion.domain_settings.in_force import read_settings
from hhq.settings import HHQSettings
from hhq_shared.file_stamp import FileStamp, stamp_of
from hhq_shared.settings_files import SettingsFiles
from hhq_shared.toml_tables import read_toml_if_there

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TuningFiles:
    """Where the settings are stored. Only this service writes the overlay and the history."""

    settings: Path
    overlay: Path
    parameters: Path
    history: Path

    @property
    def of_bots(self) -> SettingsFiles:
        """The files that the bots read."""
        return SettingsFiles(self.settings, self.overlay, self.parameters)

    def effective(self) -> HHQSettings:
        """The settings that a bot with these files runs with. Raises UsageError naming the file and the key."""
        return read_settings(self.of_bots)

    def stamps(self) -> tuple[FileStamp | None, ...]:
        """Stamps of the files; they differ once one of the files has been written or replaced."""
        return (*self.of_bots.stamps(), stamp_of(self.history))

    def overlay_values(self) -> Table:
        """What is laid over the settings file (empty: nothing). Raises SettingsError for a file that cannot be read."""
        return dict(read_toml_if_there(self.overlay))


def overlay_text(values: Mapping[str, Any]) -> str:
    """The overlay as TOML. Raises ValueError for values that TOML cannot hold."""
    head = "# Written by the companion (PATCH /api/v1/settings); what stands here is laid over hhq.toml.\n"
    text = head + tomli_w.dumps(values)
    if tomllib.loads(text) != values:
        raise ValueError("the values cannot be written as TOML")
    return text


def append_line(path: Path, entry: Mapping[str, Any]) -> None:
    """Append one JSON line; it is on disk when this returns. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[Table]:
    """All complete JSON lines, oldest first; a line cut off by a crash is skipped. Raises OSError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
