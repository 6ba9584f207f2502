"""What has to survive a restart and belongs to no trade: one JSON file, replaced atomically."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TypeAlias, cast

Json: TypeAlias = "float | int | str | bool | dict[str, Json] | list[Json] | None"


class StateFile:
    """Named values in one file. ``path`` None (backtests): nothing is read or written."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._values: dict[str, Json] = {}
        if path is not None and path.exists():
            self._values = cast("dict[str, Json]", json.loads(path.read_text(encoding="utf-8")))

    def get(self, name: str) -> Json:
        """Return a stored value, None where there is none."""
        return self._values.get(name)

    def put(self, name: str, value: Json) -> None:
        """Store a value; an equal one is not written again."""
        if self._values.get(name) == value and name in self._values:
            return
        self._values[name] = value
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(self._values, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
