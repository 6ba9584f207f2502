"""Means with an interval that takes the trades of one day for one observation: they share the day's market.

The mean of n values in D days is a ratio of two daily sums, and its standard error that of the days' residuals:
``√(D/(D−1)·Σ_d (x_d − mean·w_d)²) / Σ w`` (the cluster-robust variance of a mean, Liang and Zeger 1986, with the usual
small-sample factor), and Student's t with D−1 degrees of freedom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from hhq.arrays import FloatArray, IntArray

CONFIDENCE = 0.95
LEAST_DAYS = 20
"""With fewer days there is no interval that means anything."""
LEAST_COUNT = 30


@dataclass(frozen=True, slots=True)
class Mean:
    """A weighted mean of ``count`` values in ``days`` days, and its 95 % interval; all NaN where there is too little."""

    count: int
    days: int
    mean: float
    low: float
    high: float
    p_above: float
    """Probability of a mean this high or higher if the true one were 0."""

    @property
    def is_enough(self) -> bool:
        """Whether there are days and values enough for an interval."""
        return self.days >= LEAST_DAYS and self.count >= LEAST_COUNT

    @property
    def has_interval(self) -> bool:
        """Whether it may be shown: a mean without an interval says nothing."""
        return self.is_enough and not math.isnan(self.low)

    def at_least(self, level: float) -> float:
        """Return the lower bound that a true mean lies below with probability ``level``, 0 to 1; NaN: too little."""
        freedom = self.days - 1.0
        error = (self.mean - self.low) / _half_width(freedom)
        return self.mean - float(stdtrit(freedom, 1.0 - level)) * error


NOTHING = Mean(0, 0, math.nan, math.nan, math.nan, math.nan)


def mean_by_days(values: FloatArray, days: IntArray, weights: FloatArray | None = None) -> Mean:
    """Return the mean of ``values`` float64 (n,) with the numbers of their days, int64 (n,), and any weights ≥ 0."""
    if not values.size:
        return NOTHING
    weight = np.ones_like(values) if weights is None else weights
    names, place = np.unique(days, return_inverse=True)
    total = float(weight.sum())
    if values.size < LEAST_COUNT or names.size < LEAST_DAYS or not total:
        return _too_little(values.size, names.size)
    mean = float((values * weight).sum() / total)
    residual = np.bincount(place, (values - mean) * weight)
    count = names.size
    error = math.sqrt(count / (count - 1.0) * float((residual**2).sum())) / total
    return _mean(int(values.size), count, mean, error)


def _too_little(count: int, days: int) -> Mean:
    """Return how many values in how many days there are, without any number: it would stand alone."""
    return Mean(int(count), int(days), math.nan, math.nan, math.nan, math.nan)


def _mean(count: int, days: int, mean: float, error: float) -> Mean:
    freedom = days - 1.0
    width = _half_width(freedom) * error
    p_above = float(stdtr(freedom, -mean / error)) if error > 0.0 else math.nan
    return Mean(count, days, mean, mean - width, mean + width, p_above)


def _half_width(freedom: float) -> float:
    """Return half the width of the interval in standard errors."""
    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2.0))


def paired_by_days(one: tuple[FloatArray, IntArray], other: tuple[FloatArray, IntArray]) -> Mean:
    """Return the mean of ``one`` less that of ``other``, day by day: values and days of two groups on the same market.

    The residuals of both groups are subtracted within a day, so what the market did to both cancels out.
    """
    names = np.unique(np.concatenate((one[1], other[1])))
    count = int(one[0].size + other[0].size)
    if min(one[0].size, other[0].size) < LEAST_COUNT or names.size < LEAST_DAYS:
        return _too_little(count, names.size)
    means = [float(values.mean()) for values, _ in (one, other)]
    difference = means[0] - means[1]
    shares = [
        np.bincount(np.searchsorted(names, days), values - mean, minlength=names.size) / values.size
        for (values, days), mean in zip((one, other), means, strict=True)
    ]
    error = math.sqrt(names.size / (names.size - 1.0) * float(((shares[0] - shares[1]) ** 2).sum()))
    return _mean(count, int(names.size), difference, error)
