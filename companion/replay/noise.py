"""Seeded numbers without state: the same arguments always give the same number."""

from __future__ import annotations

import zlib

_MASK = (1 << 64) - 1


def seed_of(symbol: str, seed: int) -> int:
    """A 64-bit seed for one symbol."""
    return (zlib.crc32(symbol.encode()) << 32 | seed & 0xFFFFFFFF) & _MASK


def unit(seed: int, first: int, second: int = 0) -> float:
    """A number in [0, 1) drawn from three integers (SplitMix64's finaliser)."""
    z = (seed + first * 0x9E3779B97F4A7C15 + second * 0xD1B54A32D192ED03) & _MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return (z ^ z >> 31) / 2.0**64
