"""What has to survive a restart but belongs to no trade: one JSON file, replaced atomically."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TypeAlias, cast

from hhq_shared.atomic_file import remove_drafts, replace_file

Json: TypeAlias = "float | int | str | bool | dict[str, Json] | list[Json] | None"

logger = logging.getLogger("hhq.guard")


class StateFile:
    """Named values in one file. With ``path`` None (backtests, a database in memory) nothing is read or written.

    ``problem`` says why the file could not be written the last time, empty if it was: the values are kept here until it
    can be written again.
    """

    def __init__(self, path: Path | None) -> None:
        self.problem = ""
        self._path = path
        if path is not None:
            remove_drafts(path)
        # A user's entry is confirmed in a thread of Freqtrade's API, beside the bot's loop. Hyperopt sends a file without
        # a path to other processes, where a lock cannot follow.
        self._writing = nullcontext() if path is None else threading.Lock()
        self._values: dict[str, Json] = _read(path) if path is not None and path.exists() else {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folder of the file, if there are both."""
        return (self._path.parent,) if self._path is not None and self._path.parent.is_dir() else ()

    def get(self, name: str) -> Json:
        """Return a stored value, None where there is none."""
        return self._values.get(name)

    def put(self, values: Mapping[str, Json]) -> None:
        """Store values in one write; if all are stored already, nothing is written."""
        with self._writing:
            if all(name in self._values and self._values[name] == value for name, value in values.items()):
                return
            self._values.update(values)
            self._write()

    def write_again(self) -> None:
        """Write what could not be written the last time."""
        with self._writing:
            if self.problem:
                self._write()

    def begin_anew(self, owner: str) -> bool:
        """Forget everything if the file belongs to an owner other than ``owner``; return whether it did.

        The owner is the bot's database: when a database is deleted, its peak equity goes with it.
        """
        known = self._values.get("owner")
        if known == owner:
            return False
        kept = {"owner": owner} if known is not None else {**self._values, "owner": owner}
        self._values = cast("dict[str, Json]", kept)
        self._write()
        return known is not None

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            replace_file(self._path, json.dumps(self._values).encode())
        except OSError as problem:
            self.problem = f"the state file cannot be written ({problem})"
        else:
            self.problem = ""


def _read(path: Path) -> dict[str, Json]:
    """Return the file's values; a file that is not a JSON object is put aside, since open positions need their bot."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        values = error
    if isinstance(values, dict):
        return values
    aside = path.with_suffix(".unreadable")
    path.replace(aside)
    logger.error("STATE_FILE: %s cannot be read and was put aside as %s", path, aside.name)
    return {}


def state_path(user_data: Path, database: str) -> Path | None:
    """Return the path of the state file, next to ``database`` (a URL); None for a database in memory."""
    place = database.partition("://")[2]
    name = place.rsplit("/", 1)[-1].removesuffix(".sqlite")
    if not place.strip("/") or ":memory:" in place:
        return None
    which = hashlib.blake2b(database.encode(), digest_size=4).hexdigest()
    return user_data / "hhq" / f"{name}-{which}.json"
