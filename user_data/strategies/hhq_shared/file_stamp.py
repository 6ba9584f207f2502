"""Whether a file has been written or replaced: one kind of stamp for every file that the other process changes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class FileStamp(NamedTuple):
    """What changes whenever a file is written or replaced: time of the last write (ns), size (bytes), inode."""

    modified_ns: int
    size: int
    inode: int


def stamp_of(path: Path | None) -> FileStamp | None:
    """Return the file's stamp; None without a path, or for a file that does not exist or cannot be looked at."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStamp(status.st_mtime_ns, status.st_size, status.st_ino)
