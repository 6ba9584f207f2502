"""Which pairs the demonstration's bot follows at first."""

from __future__ import annotations

from collections.abc import Sequence

from companion.offline.data_folder import DataFolder
from companion.replay.embedded.names import BASES

MOST_PAIRS = 64
"""Pairs that the bot begins with, and those among which a moment with a signal is looked for."""
_FIRST = ("BTC/USDT:USDT", "ETH/USDT:USDT")


def first_pairs(folder: DataFolder) -> tuple[str, ...]:
    """At most 64 pairs of the folder: BTC and ETH, then, in the generated market, the most liquid ones."""
    liquid = [f"{base}/USDT:USDT" for base in BASES] if folder.generated else []
    return choose_whitelist([*(pair for pair in liquid if pair in set(folder.pairs)), *folder.pairs], ())


def choose_whitelist(pairs: Sequence[str], expected: Sequence[str]) -> tuple[str, ...]:
    """At most 64 pairs: BTC and ETH, then those with a signal at the start, then the others."""
    known = set(pairs)
    ordered = dict.fromkeys(pair for pair in (*_FIRST, *expected, *pairs) if pair in known)
    return tuple(ordered)[:MOST_PAIRS]
