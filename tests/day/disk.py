"""A small file system of the run's own, and filling it to its last byte."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE_MB = 600
_CHUNK = 1 << 20


class NoDiskError(Exception):
    """No file system can be mounted here: that needs root."""


@contextmanager
def small_disk(folder: Path, megabytes: int = SIZE_MB) -> Iterator[Path]:
    """``folder`` as a file system of its own, in memory. Raises NoDiskError where none can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "hhq-endurance", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError as problem:
        raise NoDiskError(str(problem)) from problem
    if done.returncode:
        raise NoDiskError(done.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Filler:
    """A file that takes all that is left of a file system."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "filler"

    def fill(self) -> int:
        """Take the last byte; return how many bytes were left before."""
        taken = 0
        with self._path.open("ab", buffering=0) as file:
            size = _CHUNK
            while size:
                try:
                    taken += file.write(bytes(size))
                except OSError as problem:
                    if problem.errno != errno.ENOSPC:
                        raise
                    size //= 2
        return taken

    def free(self) -> None:
        """Give everything back."""
        self._path.unlink(missing_ok=True)
