"""The one decorator for the core's compiled functions, and the directory in which their machine code is cached.

Numba takes the age of a function's own file to decide whether cached machine code is stale, and ignores the files of
the functions that it calls. The directory is therefore named after a digest of all sources that contain compiled
functions: machine code of another version can never be picked up.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

_SOURCES = Path(__file__).parent


def source_digest(folder: Path = _SOURCES, marker: bytes = b"") -> str:
    """Return 16 hexadecimal digits that change with any source file of the core that contains ``marker``."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.rglob("*.py")):
        source = path.read_bytes()
        if marker in source:
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(source)
    return digest.hexdigest()


def _keep_machine_code() -> bool:
    folder = _SOURCES / "__pycache__"
    if not os.access(folder if folder.exists() else _SOURCES, os.W_OK):
        return False
    setattr(numba.config, "CACHE_DIR", str(folder / f"compiled-{source_digest(marker=b'@compiled')}"))  # noqa: B010 (numba sets its options at run time, no type checker knows them)
    return True


_KEEP = _keep_machine_code()


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile ``function`` with numba: without Python objects or interpreter lock, and without reordering sums."""
    return cast(Callable[P, R], numba.njit(cache=_KEEP, nogil=True, error_model="numpy")(function))
