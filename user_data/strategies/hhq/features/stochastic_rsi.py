"""Stochastic RSI: where the RSI is within its own recent range."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled

_SMALLEST_RANGE = 1e-9
"""An RSI range below this is rounding noise of a market that does not move."""


@compiled
def _position_in_range(values: FloatArray, end: int, count: int) -> float:
    """Return where the last value is between the lowest (0) and the highest (100) of the last ``count``."""
    lowest = np.inf
    highest = -np.inf
    for i in range(end - count, end):
        if np.isnan(values[i]):
            return np.nan
        lowest = min(lowest, values[i])
        highest = max(highest, values[i])
    if highest - lowest <= _SMALLEST_RANGE:
        return np.nan
    position: float = 100.0 * (values[end - 1] - lowest) / (highest - lowest)
    return position


@compiled
def _average(values: FloatArray, count: int) -> FloatArray:
    """Return the simple moving average over ``count`` values, NaN where one of them is missing."""
    out = np.full(len(values), np.nan)
    for t in range(count - 1, len(values)):
        total = 0.0
        for i in range(t - count + 1, t + 1):
            total += values[i]
        out[t] = total / count
    return out


@compiled
def crossing(k_before: float, d_before: float, k: float, d: float, low: float, high: float) -> float:
    """Return +1 when K crosses above D with K < ``low``, −1 when it crosses below with K > ``high``, else 0."""
    if np.isnan(k_before - d_before) or np.isnan(k - d):
        return np.nan
    if k_before <= d_before and k > d and k < low:
        return 1.0
    return -1.0 if k_before >= d_before and k < d and k > high else 0.0


@compiled
def stochastic_rsi(
    rsi: FloatArray,
    window: int,
    smooth_k: int,
    smooth_d: int,
    low: float,
    high: float,
    wanted: int,
    out: FloatArray,
) -> None:
    """Write K, D (0–100) and their cross for the last ``wanted`` values of ``rsi`` to the rows of ``out``.

    ``rsi`` should reach ``window + smooth_k + smooth_d`` − 2 values further back than those wanted. NaN
    where the RSI does not move inside the window.
    """
    n = len(rsi)
    raw = np.full(n, np.nan)
    for t in range(window - 1, n):
        raw[t] = _position_in_range(rsi, t + 1, window)
    k = _average(raw, smooth_k)
    d = _average(k, smooth_d)
    for j in range(wanted):
        t = n - wanted + j
        out[0, j] = k[t]
        out[1, j] = d[t]
        out[2, j] = crossing(k[t - 1], d[t - 1], k[t], d[t], low, high) if t > 0 else np.nan
