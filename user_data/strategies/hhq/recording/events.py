"""Amounts of single events (large trades, liquidations) and their sums over a stretch of time."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray

_FIRST_CAPACITY = 64


class EventLog:
    """The events of all coins in order of arrival: time (ms), coin, amount (USDT)."""

    def __init__(self) -> None:
        self._time = np.zeros(_FIRST_CAPACITY, dtype=np.int64)
        self._coin = np.zeros(_FIRST_CAPACITY, dtype=np.int64)
        self._amount = np.zeros(_FIRST_CAPACITY)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, time_ms: int, coin: int, amount: float) -> None:
        """Add an event."""
        if self._count == self._time.size:
            for name in ("_time", "_coin", "_amount"):
                setattr(self, name, np.resize(getattr(self, name), 2 * self._count))
        self._time[self._count], self._coin[self._count] = time_ms, coin
        self._amount[self._count] = amount
        self._count += 1

    def forget(self, until_ms: int) -> None:
        """Drop the events at or before ``until_ms``."""
        kept = np.flatnonzero(self._time[: self._count] > until_ms)
        for name in ("_time", "_coin", "_amount"):
            array = getattr(self, name)
            array[: kept.size] = array[kept]
        self._count = int(kept.size)

    def sums(self, after_ms: int, until_ms: int, coins: int) -> FloatArray:
        """Return the sum of each coin's events with after < time ≤ until, float64 (coins,); 0 where there are none."""
        time = self._time[: self._count]
        inside = (time > after_ms) & (time <= until_ms)
        coin, amount = self._coin[: self._count][inside], self._amount[: self._count][inside]
        return np.bincount(coin, weights=amount, minlength=coins).astype(np.float64)
