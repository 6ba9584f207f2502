"""Bollinger bands, and the standard deviation that other features share."""

from __future__ import annotations

import math

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.windows import ROUNDING_NOISE, window_mean, window_squares


@compiled
def window_deviation(close: FloatArray, end: int, count: int, mean: float) -> float:
    """Return the population standard deviation of the ``count`` closes before ``end``; 0 when they are all equal."""
    deviation = math.sqrt(window_squares(close, end, count, mean) / count)
    return deviation if deviation > ROUNDING_NOISE * mean else 0.0


@compiled
def bollinger(
    close: FloatArray,
    window: int,
    deviations: float,
    first: int,
    out_position: FloatArray,
    out_width: FloatArray,
) -> None:
    """Write position (−1 lower band, +1 upper) and width in % of the mid at columns ``first`` ….

    NaN before a full window; where the bands coincide, the width is 0 and the position NaN.
    """
    for t in range(first, len(close)):
        out_position[t - first] = np.nan
        out_width[t - first] = np.nan
        if t < window - 1:
            continue
        mean = window_mean(close, t + 1, window)
        half = deviations * window_deviation(close, t + 1, window, mean)
        out_width[t - first] = 2.0 * half / mean * 100.0
        if half > 0.0:
            out_position[t - first] = (close[t] - mean) / half
