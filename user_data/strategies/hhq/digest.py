"""Digests: equal inputs, settings and version give equal decisions, and a digest shows it in twelve digits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import source_digest
from hhq.settings import HHQSettings

_VERSION = source_digest()


def settings_digest(settings: HHQSettings) -> str:
    """Return 12 hexadecimal digits that change with any setting."""
    return hashlib.blake2b(settings.model_dump_json().encode(), digest_size=6).hexdigest()


def digest_seed(settings: HHQSettings) -> int:
    """Return the 48-bit seed of all digests made with these settings by this version of the core."""
    text = f"{settings_digest(settings)}:{_VERSION}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest(), "big")


def column_digests(rows: Iterable[FloatArray], columns: int, seed: int) -> FloatArray:
    """Return one 48-bit digest for each of ``columns`` columns of ``rows``, as float64 whole numbers.

    ``rows`` are float64 arrays (columns,), or one array of rows × columns; their order counts. The bits of the values
    are mixed by the multipliers of SplitMix64 (Steele, Lea, Flood 2014); −0 counts as 0 and every NaN as one. 48 bits
    fit a float64 exactly, so a digest can stand in a numeric column.
    """
    state = np.full(columns, seed, dtype=np.uint64)
    for row in rows:
        bits = np.where(np.isnan(row), np.nan, row + 0.0).view(np.uint64)
        state = (state ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        state ^= state >> np.uint64(29)
        state *= np.uint64(0xBF58476D1CE4E5B9)
        state ^= state >> np.uint64(32)
    return (state >> np.uint64(16)).astype(np.float64)


def digest_text(digest: float) -> str:
    """Return a digest as 12 hexadecimal digits; ValueError for NaN."""
    return f"{int(digest):012x}"
