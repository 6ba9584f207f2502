"""A real SQLite file that fails while it is in use, in each way that happens."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

_SUFFIXES = ("", "-wal", "-shm")


def files_of(path: Path) -> list[Path]:
    """The files of a database that are there."""
    return [found for suffix in _SUFFIXES if (found := Path(f"{path}{suffix}")).exists()]


@contextmanager
def deleted(path: Path) -> Iterator[None]:
    """The files are gone, and come back."""
    kept = path.parent / "kept"
    kept.mkdir()
    for found in files_of(path):
        found.rename(kept / found.name)
    yield
    for found in kept.iterdir():
        found.rename(path.parent / found.name)


@contextmanager
def corrupt(path: Path) -> Iterator[None]:
    """All bytes are garbage, for connections that are open too; afterwards a copy is put in its place."""
    copies = {found: found.read_bytes() for found in files_of(path) if not found.name.endswith("-shm")}
    for found in copies:
        found.write_bytes(b"garbage!" * 20_000)
    yield
    for found in files_of(path):
        found.unlink()
    for found, content in copies.items():
        found.write_bytes(content)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Nothing can be written."""
    # The -shm file is mapped into memory: sealing it would end the process instead of failing a write.
    found = [file for file in files_of(path) if not file.name.endswith("-shm")]
    if os.geteuid() == 0:
        if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", *found], check=False).returncode:
            pytest.skip("root may write everything here")
    else:
        for file in found:
            file.chmod(0o400)
    yield
    if os.geteuid() == 0:
        subprocess.run(["chattr", "-i", *found], check=True)
    else:
        for file in found:
            file.chmod(0o600)


@contextmanager
def full(path: Path) -> Iterator[None]:
    """No file of this process can grow."""
    smallest = min(found.stat().st_size for found in files_of(path))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(smallest, 4096), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


FAULTS: Mapping[str, Callable[[Path], object]] = {
    "deleted": deleted, "corrupt": corrupt, "read-only": read_only, "full": full,
}  # fmt: skip
