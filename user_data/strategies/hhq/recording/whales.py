"""How unusual the flow of large trades is."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray, IntArray


class FlowHistory:
    """The last ``most`` flows of each coin, with their mean and standard deviation.

    ``count`` int64, ``mean`` and ``deviation`` (n − 1) float64, all (coins,); the deviation is NaN with fewer than two
    values and where all are equal, since nothing can be measured against it.
    """

    def __init__(self, coins: int, most: int) -> None:
        # Zeros take no memory until something else is written, and most coins never have a flow.
        self._values = np.zeros((coins, most))
        self._taken = np.zeros(coins, dtype=np.int64)
        self.count: IntArray = np.zeros(coins, dtype=np.int64)
        self.mean: FloatArray = np.full(coins, np.nan)
        self.deviation: FloatArray = np.full(coins, np.nan)

    @property
    def coins(self) -> int:
        """Number of coins."""
        return int(self._taken.size)

    def grow(self, coins: int) -> None:
        """Make room for ``coins`` coins; never fewer than before."""
        before = self.coins
        if coins > before:
            values = np.zeros((coins, self._values.shape[1]))
            values[:before] = self._values
            nothing = np.zeros(coins - before, dtype=np.int64)
            not_known = np.full(coins - before, np.nan)
            self._values = values
            self._taken = np.concatenate([self._taken, nothing])
            self.count = np.concatenate([self.count, nothing])
            self.mean = np.concatenate([self.mean, not_known])
            self.deviation = np.concatenate([self.deviation, not_known])

    def put(self, flows: FloatArray) -> None:
        """Add one flow of every coin, float64 (coins,); NaN is skipped."""
        known = np.flatnonzero(np.isfinite(flows))
        self._values[known, self._taken[known] % self._values.shape[1]] = flows[known]
        self._taken[known] += 1
        self._measure(known)

    def restore(self, coin: int, flows: FloatArray) -> None:
        """Start a coin's history from earlier flows, float64 (n,), oldest first; NaN is skipped."""
        known = flows[np.isfinite(flows)][-self._values.shape[1] :]
        if not known.size and not self._taken[coin]:
            return
        self._values[coin, : known.size] = known
        self._taken[coin] = known.size
        self._measure(np.array([coin]))

    def _measure(self, coins: IntArray) -> None:
        """Compute count, mean and deviation of these coins from scratch."""
        most = self._values.shape[1]
        count = np.minimum(self._taken[coins], most)
        known = np.arange(most) < count[:, np.newaxis]
        values = np.where(known, self._values[coins], np.nan)
        number = count.astype(np.float64)
        total = np.where(known, values, 0.0).sum(axis=1)
        mean = np.full(number.shape, np.nan)
        np.divide(total, number, out=mean, where=number > 0)
        squares = (np.where(known, values - mean[:, np.newaxis], 0.0) ** 2).sum(axis=1)
        varies = (number > 1) & (np.fmax.reduce(values, axis=1) > np.fmin.reduce(values, axis=1))
        deviation = np.full(number.shape, np.nan)
        np.sqrt(np.divide(squares, number - 1.0, where=varies, out=squares), out=deviation, where=varies)
        self.count[coins], self.mean[coins], self.deviation[coins] = count, mean, deviation


def whale_z(flow: FloatArray, past: FlowHistory, least: int) -> FloatArray:
    """Return (flow − mean) / deviation of the past flows, float64 (coins,).

    ``flow`` is the signed notional of large trades, buys positive. NaN with fewer than ``least`` past values, or when
    they are all equal: a coin that no whale ever touched has no usual deviation.
    """
    z: FloatArray = np.full(flow.shape, np.nan)
    np.divide(flow - past.mean, past.deviation, out=z, where=past.count >= least)
    return z
