"""What the C library keeps of memory that was freed: little, where it is glibc; elsewhere nothing is changed."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
_ARENAS = 2
"""Each arena keeps freed memory of its own; threads would get up to eight a core."""


def keep_little() -> None:
    """Let all threads share two arenas. Call it before there are threads."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return freed memory to the system: after the first fill, which needs much once."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
