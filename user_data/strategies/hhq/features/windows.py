"""Sums, deviations and extremes over windows, to the same bits wherever the series starts.

The clock number of a column is ``bar + column``. Blocks are laid out on that absolute clock, so what is summed,
and in which order, depends only on the candles of the window.
"""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled

ROUNDING_NOISE = 1e-12
"""Differences below this fraction of a price come from rounding and are not moves."""


@compiled
def window_mean(values: FloatArray, end: int, count: int) -> float:
    """Return the mean of the ``count`` values before column ``end``; four partial sums for speed."""
    a = b = c = d = 0.0
    begin = end - count
    whole = begin + count // 4 * 4
    for i in range(begin, whole, 4):
        a += values[i]
        b += values[i + 1]
        c += values[i + 2]
        d += values[i + 3]
    for i in range(whole, end):
        a += values[i]
    return ((a + b) + (c + d)) / count


@compiled
def window_squares(values: FloatArray, end: int, count: int, mean: float) -> float:
    """Return the sum of squared deviations from ``mean`` of the ``count`` values before column ``end``."""
    a = b = c = d = 0.0
    begin = end - count
    whole = begin + count // 4 * 4
    for i in range(begin, whole, 4):
        a += (values[i] - mean) * (values[i] - mean)
        b += (values[i + 1] - mean) * (values[i + 1] - mean)
        c += (values[i + 2] - mean) * (values[i + 2] - mean)
        d += (values[i + 3] - mean) * (values[i + 3] - mean)
    for i in range(whole, end):
        a += (values[i] - mean) * (values[i] - mean)
    return (a + b) + (c + d)


@compiled
def rolling_sum(values: FloatArray, bar: int, window: int, first: int, out: FloatArray) -> None:
    """Write the sum of the last ``window`` values at columns ``first`` …; NaN before a full window.

    A window is the end of one clock block (summed backwards) plus the beginning of the next (summed forwards):
    two additions per value however long the window, after van Herk and Gil–Werman.
    """
    n = len(values)
    out[: max(min(window - 1, n) - first, 0)] = np.nan
    ends = np.empty(window)
    t = max(first, window - 1)
    while t < n:
        begin = t - (bar + t) % window
        total = 0.0
        for i in range(begin - 1, t - window, -1):
            total += values[i]
            ends[i - begin + window] = total
        total = 0.0
        for i in range(begin, t):
            total += values[i]
        stop = min(begin + window, n)
        for i in range(t, min(stop, begin + window - 1)):
            total += values[i]
            out[i - first] = total + ends[i - begin + 1]
        if stop == begin + window:
            out[stop - 1 - first] = total + values[stop - 1]
        t = stop


@compiled
def rolling_extreme(values: FloatArray, window: int, sign: float, first: int, out: FloatArray) -> None:
    """Write the maximum (``sign`` 1) or minimum (``sign`` −1) of the last ``window`` values to ``out``.

    Columns ``first`` …; NaN before a full window. The same two passes as in :func:`rolling_sum`; extremes are
    exact.
    """
    n = len(values)
    out[: max(min(window - 1, n) - first, 0)] = np.nan
    ends = np.empty(window + 1)
    ends[window] = -np.inf
    t = max(first, window - 1)
    while t < n:
        begin = t - t % window
        best = -np.inf
        for i in range(begin - 1, t - window, -1):
            value = sign * values[i]
            best = value if value > best else best
            ends[i - begin + window] = best
        best = -np.inf
        for i in range(begin, t):
            value = sign * values[i]
            best = value if value > best else best
        stop = min(begin + window, n)
        for i in range(t, stop):
            value = sign * values[i]
            best = value if value > best else best
            before = ends[i - begin + 1]
            out[i - first] = sign * (before if before > best else best)
        t = stop
