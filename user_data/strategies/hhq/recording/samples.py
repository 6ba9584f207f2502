"""Samples of the order book on a fixed time grid, and their trend."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray

RING = 100


class SampleRing:
    """The last ``RING`` samples of each coin by their number on the grid; a sample that was missed is NaN."""

    def __init__(self, coins: int) -> None:
        self._values = np.full((coins, RING), np.nan)
        self._newest: int | None = None

    def grow(self, coins: int) -> None:
        """Make room for ``coins`` coins; never fewer than before."""
        more = coins - self._values.shape[0]
        if more > 0:
            self._values = np.concatenate([self._values, np.full((more, RING), np.nan)])

    def put(self, number: int, values: FloatArray) -> None:
        """Store sample ``number`` of all coins, float64 (coins,); one that is not newer than the newest is ignored."""
        if self._newest is not None:
            if number <= self._newest:
                return
            skipped = np.arange(max(self._newest + 1, number - RING + 1), number) % RING
            self._values[:, skipped] = np.nan
        self._values[:, number % RING] = values
        self._newest = number

    def last(self, count: int) -> FloatArray:
        """Return the last ``count`` samples, float64 (coins, count), oldest first; NaN where there is none."""
        newest = -1 if self._newest is None else self._newest
        return self._values[:, np.arange(newest - count + 1, newest + 1) % RING]


def imbalance_trend(samples: FloatArray, recent: int) -> FloatArray:
    """Return the mean of the last ``recent`` samples minus the mean of those before, float64 (coins,).

    ``samples`` float64 (coins, n), oldest first, n > recent. NaN if any of a coin's samples is missing.
    """
    cut = samples.shape[1] - recent
    trend: FloatArray = samples[:, cut:].mean(axis=1) - samples[:, :cut].mean(axis=1)
    return trend
