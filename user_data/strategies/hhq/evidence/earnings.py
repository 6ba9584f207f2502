"""What the trades of a profile did to an account, day by day, so that profiles can be compared on the same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, Self

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.evidence.candidates import Candidates
from hhq.panel import CANDLES_PER_HOUR
from hhq.settings import HHQSettings


class Days(NamedTuple):
    """All days of some sets, in the order of the calendar: number of the set, and days since 1970 UTC, int64 (d,).

    ``coins`` int64 (d,): how many coins the set has.
    """

    of_set: IntArray
    day: IntArray
    coins: IntArray


@dataclass(frozen=True, slots=True)
class Earnings:
    """k filled trades: number of the set, day of the signal, int64; percentages of the notional; hours in the market.

    ``share``: notional as a multiple of the equity of an account that wagers its usual margin on every trade.
    """

    of_set: IntArray
    day: IntArray
    gross_pct: FloatArray
    net_pct: FloatArray
    fees_pct: FloatArray
    share: FloatArray
    hours: FloatArray

    @classmethod
    def of(cls, trades: Candidates, of_set: int, settings: HHQSettings) -> Self:
        """Return the earnings of those candidates that were filled; ``trades`` of one set, one at a time a coin."""
        filled = trades.only(trades.filled)
        return cls(
            of_set=np.full(filled.count, of_set, dtype=np.int64),
            day=filled.day,
            gross_pct=filled.gross_pct,
            net_pct=filled.net_pct,
            fees_pct=filled.fees_pct,
            share=filled.notional * settings.sizing.risk_per_trade / 100.0,
            hours=(filled.last - filled.first + 1) / CANDLES_PER_HOUR,
        )

    @classmethod
    def nothing(cls) -> Self:
        """Return the earnings of no trades."""
        whole, none = np.empty(0, dtype=np.int64), np.empty(0)
        return cls(whole, whole, none, none, none, none, none)

    @classmethod
    def together(cls, parts: Sequence[Earnings]) -> Self:
        """Return several coins' earnings in one."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))

    def places(self, days: Days) -> IntArray:
        """Return the place of each trade's day among ``days``, int64 (k,); −1 for a day that is not among them."""
        known = {
            key: place for place, key in enumerate(zip(days.of_set.tolist(), days.day.tolist(), strict=True))
        }
        keys = zip(self.of_set.tolist(), self.day.tolist(), strict=True)
        return np.array([known.get(key, -1) for key in keys], dtype=np.int64)

    def daily(self, days: Days) -> FloatArray:
        """Return the net result of each day in % of the equity and coin, float64 (d,): 0 on a day without a trade."""
        place = self.places(days)
        inside = place >= 0
        results = self.net_pct[inside] * self.share[inside]
        return np.asarray(np.bincount(place[inside], results, minlength=days.day.size) / days.coins)

    def within(self, days: Days, chosen: BoolArray) -> Self:
        """Return the trades of the chosen days, bool (d,)."""
        place = self.places(days)
        kept = (place >= 0) & chosen[np.maximum(place, 0)]
        return type(self)(*(getattr(self, each.name)[kept] for each in fields(self)))
