"""The file behind a SQLite database, watched: open connections go on writing to a deleted file without a word."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import DatabaseError, OperationalError

_OF_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)
_PRIMARY = 0xFF
"""The low byte of an error code; the rest is the extended one."""


def is_of_the_file(problem: DatabaseError) -> bool:
    """Whether the file or its disk is the cause, not the statement or another writer."""
    code = getattr(problem.orig, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY in _OF_THE_FILE


class SqliteFile:
    """Notices that the file is gone, and that it is another one. It is never opened here: that would drop SQLite's locks."""

    def __init__(self, path: Path, reopen: Callable[[], None]) -> None:
        self._path = path
        self._reopen = reopen
        self._known = self._identity()
        self._checking = threading.Lock()

    def require(self) -> None:
        """Return if the file is there; connect anew if it is another one. Raises OperationalError if it is gone."""
        with self._checking:
            found = self._identity()
            if found is None:
                # A file that comes back may have the number of the one that is gone.
                self._known = None
                raise _gone(self._path)
            if found != self._known:
                self._reopen()
                self._known = found

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _gone(path: Path) -> OperationalError:
    return OperationalError("BEGIN", None, sqlite3.OperationalError(f"{path.name} is gone"))
