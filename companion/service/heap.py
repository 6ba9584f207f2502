"""How much freed memory the C library keeps for itself: little with glibc; with any other, nothing is changed."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_ARENAS = 2
"""Each arena keeps freed memory of its own; by default threads get up to eight arenas per core."""
_LARGE = 4 << 20
"""Blocks of this size (bytes) or more are returned when freed; left alone, glibc would raise the limit and keep them."""


def keep_little() -> None:
    """Let all threads share two arenas, and large blocks be returned at once. Call it before there are threads."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, _ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """Return freed memory to the system: after the first backfill, which needs a lot, once."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
