"""The user's requests to the guards to forget: one small file that the companion writes and the strategy reads.

Freqtrade's API can remove a lock, but not what the strategy remembers. A request applies to whatever happened up to
its time, so reading it twice, or again after a restart, changes nothing.
"""

from __future__ import annotations

import json
import logging
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hhq_shared.atomic_file import replace_file
from hhq_shared.file_stamp import FileStamp, stamp_of

logger = logging.getLogger("hhq.guard")

_KEPT = 200


class Wish(StrEnum):
    """What can be requested."""

    FORGET_KILL_SWITCH = "forget_kill_switch"
    CLEAR_STOPLOSS_GUARD = "clear_stoploss_guard"


class GuardRequest(NamedTuple):
    """A request for ``pair`` ("*": all), made at ``time_ms`` (ms UTC), which always rises and serves as its number."""

    time_ms: int
    wish: Wish
    pair: str

    @property
    def seconds(self) -> float:
        """The time of the request in seconds since 1970 UTC."""
        return self.time_ms / 1000.0


def read_requests(path: Path) -> tuple[GuardRequest, ...]:
    """Return the requests, oldest first; none without a file.

    Raises OSError for a file that cannot be read; ValueError, KeyError or TypeError for one of another shape.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    if not isinstance(rows, list):
        raise ValueError(f"{path.name}: a list is wanted")
    return tuple(GuardRequest(int(row["time_ms"]), Wish(row["wish"]), str(row["pair"])) for row in rows)


def add_request(path: Path, wish: Wish, pair: str, now_ms: int) -> GuardRequest:
    """Append a request, replace the file atomically, and return the request; only one process may write the file.

    Raises OSError where the file cannot be read or written, and what :func:`read_requests` raises.
    """
    known = read_requests(path)
    request = GuardRequest(max(now_ms, known[-1].time_ms + 1 if known else 0), wish, pair)
    replace_file(path, json.dumps([item._asdict() for item in (*known, request)[-_KEPT:]]).encode())
    return request


class RequestReader:
    """Reads the file whenever it has changed. ``path`` None: there are never any requests."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: FileStamp | None = None

    def changed(self) -> tuple[GuardRequest, ...]:
        """Return all requests if the file has changed since the last call, else none.

        A file that cannot be read is logged once, and tried again when it changes.
        """
        if self._path is None:
            return ()
        stamp = stamp_of(self._path)
        if stamp is None or stamp == self._seen:
            return ()
        self._seen = stamp
        try:
            return read_requests(self._path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.error("REQUEST_FILE: %s cannot be read: %s", self._path, error)
            return ()
