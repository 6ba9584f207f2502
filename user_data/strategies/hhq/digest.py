"""Digests: equal inputs, settings and version give equal decisions, and twelve hexadecimal digits prove it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hhq.arrays import FloatArray
from hhq.compiled import compiled, source_digest
from hhq.settings import HHQSettings

_VERSION = source_digest()
BitArray: TypeAlias = npt.NDArray[np.uint64]
_ZERO, _NEGATIVE_ZERO = np.uint64(0), np.uint64(1 << 63)
_NOT_SIGN, _INFINITY, _NAN = np.uint64((1 << 63) - 1), np.uint64(0x7FF << 52), np.uint64(0x7FF8 << 48)
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_29, _32 = np.uint64(29), np.uint64(32)


def settings_digest(settings: HHQSettings) -> str:
    """Return 12 hexadecimal digits that change with any setting."""
    return hashlib.blake2b(settings.model_dump_json().encode(), digest_size=6).hexdigest()


def digest_seed(settings: HHQSettings) -> int:
    """Return the 48-bit seed of all digests that this version of the core makes with these settings."""
    text = f"{settings_digest(settings)}:{_VERSION}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest(), "big")


def column_digests(rows: Iterable[FloatArray], columns: int, seed: int) -> FloatArray:
    """Return one 48-bit digest for each of the ``columns`` columns of ``rows``: whole numbers as float64 (columns,).

    ``rows`` are float64 arrays of shape (…, columns) whose leading axes are read in order. The bits of the values are
    mixed with the multipliers of SplitMix64 (Steele, Lea, Flood 2014); −0 counts as 0, and all NaNs count as the same.
    A float64 holds 48 bits exactly, so a digest fits into a numeric column.
    """
    state = np.full(columns, seed, dtype=np.uint64)
    with np.errstate(over="ignore"):  # the products are meant to wrap around
        for part in rows:
            _mix(state, part.reshape(-1, columns).view(np.uint64))
    return (state >> np.uint64(16)).astype(np.float64)


@compiled
def _mix(state: BitArray, bits: BitArray) -> None:
    """Mix the bits of every row into the state of each column, in place."""
    for row in range(bits.shape[0]):
        for column in range(bits.shape[1]):
            value = bits[row, column]
            if value == _NEGATIVE_ZERO:
                value = _ZERO
            elif value & _NOT_SIGN > _INFINITY:
                value = _NAN
            mixed = (state[column] ^ value) * _FIRST
            mixed ^= mixed >> _29
            mixed *= _SECOND
            state[column] = mixed ^ (mixed >> _32)


def digest_text(digest: float) -> str:
    """Return a digest as 12 hexadecimal digits; ValueError for NaN."""
    return f"{int(digest):012x}"
