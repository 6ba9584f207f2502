"""Files that are replaced as a whole: a reader sees the old content or the new, never a mixture."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

READABLE, PRIVATE = 0o644, 0o600
_DRAFT = ".draft"


@contextmanager
def replacing(path: Path, *, mode: int = READABLE, durable: bool = True) -> Iterator[IO[bytes]]:
    """Open a draft next to ``path`` that replaces it at the end of the block; the folder is made if necessary.

    ``durable``: content and name are on the disk afterwards. Whatever is raised, by the block or by the disk (OSError),
    the draft is removed; until it has taken its place, the old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_DRAFT, dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            if durable:
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if durable:
        _sync_folder(path.parent)


def replace_file(path: Path, content: bytes, *, mode: int = READABLE, durable: bool = True) -> None:
    """Replace the content of ``path``; see :func:`replacing`. Raises OSError, in which case the old file stays."""
    with replacing(path, mode=mode, durable=durable) as file:
        file.write(content)


def remove_drafts(path: Path) -> None:
    """Remove the drafts of ``path`` that a kill has left behind. Only its writer may call this, and at its start.

    A draft that cannot be removed stays: whoever writes the file will say why.
    """
    _remove(path.parent.glob(f".{glob.escape(path.name)}.*{_DRAFT}"))


def remove_drafts_in(folder: Path) -> None:
    """Remove all drafts in a folder in which nobody else writes; see :func:`remove_drafts`."""
    _remove(folder.glob(f".*{_DRAFT}"))


def _remove(drafts: Iterable[Path]) -> None:
    for draft in drafts:
        with suppress(OSError):
            draft.unlink()


def _sync_folder(folder: Path) -> None:
    """Write the changed name through to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
