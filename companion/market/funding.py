"""Settled funding rates of every coin."""

from __future__ import annotations

import math
from bisect import bisect_left

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.funding import LARGEST_INTERVAL_HOURS, STALE_AFTER_INTERVALS, funding_on_bars
from hhq.panel import CANDLE_MS, WINDOW

_KEPT_MS = WINDOW * CANDLE_MS + int((STALE_AFTER_INTERVALS + 1) * LARGEST_INTERVAL_HOURS * 3_600_000)
"""Older rates say nothing about any candle of the window."""


class FundingMemory:
    """Settlements by row: time in ms UTC and rate as a fraction of the notional, as the exchange publishes them."""

    def __init__(self, rows: int = 0) -> None:
        self._times: list[list[int]] = [[] for _ in range(rows)]
        self._rates: list[list[float]] = [[] for _ in range(rows)]

    @property
    def rows(self) -> int:
        """Number of coins."""
        return len(self._times)

    def grow(self, rows: int) -> None:
        """Make room for ``rows`` coins; never fewer than before."""
        for _ in range(rows - self.rows):
            self._times.append([])
            self._rates.append([])

    def put(self, row: int, time_ms: int, rate: float) -> bool:
        """Take in a settled rate; it replaces a known one of the same time. Return whether anything changed.

        A rate that is not finite is ignored; one too old to matter to any candle of the window is not kept.
        """
        times, rates = self._times[row], self._rates[row]
        if not math.isfinite(rate) or (times and time_ms < times[-1] - _KEPT_MS):
            return False
        place = bisect_left(times, time_ms)
        if place < len(times) and times[place] == time_ms:
            changed = rates[place] != rate
            rates[place] = rate
            return changed
        times.insert(place, time_ms)
        rates.insert(place, rate)
        old = bisect_left(times, times[-1] - _KEPT_MS)
        del times[:old], rates[:old]
        return True

    def newest_ms(self, row: int) -> int:
        """Time of the coin's newest settlement in ms UTC, 0 without any."""
        return self._times[row][-1] if self._times[row] else 0

    def settlements(self, row: int) -> tuple[IntArray, FloatArray]:
        """Times (ms UTC, rising, int64) and rates (fractions, float64) of a coin."""
        return np.array(self._times[row], dtype=np.int64), np.array(self._rates[row], dtype=np.float64)

    def on_bars(self, row: int, first_bar: int, bars: int) -> FloatArray:
        """The rate in force at each candle's close, % per 8 h, float64 (bars,): see :mod:`hhq.funding`."""
        times, rates = self.settlements(row)
        return funding_on_bars(times, rates, first_bar, bars)

    def panel(self, rows: IntArray, first_bar: int, bars: int) -> FloatArray:
        """:meth:`on_bars` of these rows, float64 (rows, bars)."""
        result = np.full((len(rows), bars), np.nan)
        for place, row in enumerate(rows):
            result[place] = self.on_bars(int(row), first_bar, bars)
        return result
