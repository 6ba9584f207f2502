"""One recorder per folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from companion.ground.errors import CompanionError


class RecorderBusyError(CompanionError):
    """Another process is recording into this folder."""


@contextmanager
def only_recorder(folder: Path) -> Iterator[None]:
    """Make the folder and hold it for this process; the lock ends with the process, however it ends.

    Raises RecorderBusyError while another process holds it, OSError if the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecorderBusyError(f"another process records into {folder}") from None
        yield
