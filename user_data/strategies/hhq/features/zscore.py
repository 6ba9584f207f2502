"""z-score of the close's distance from its moving average."""

from __future__ import annotations

import math

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.windows import ROUNDING_NOISE, rolling_sum, window_mean, window_squares


@compiled
def zscore(
    close: FloatArray, bar: int, average: int, window: int, needed: int, first: int, out: FloatArray
) -> None:
    """Write z = (d − mean(d)) / std(d, ddof=1) with d = close − SMA(close) at columns ``first`` … to ``out``.

    Over the last ``window`` distances, at least ``needed`` of them; NaN before that and where d does not vary.
    """
    n = len(close)
    begin = max(average - 1, first - window + 1)
    distance = np.empty(max(n - begin, 0))
    rolling_sum(close, bar, average, begin, distance)
    for t in range(begin, n):
        distance[t - begin] = close[t] - distance[t - begin] / average
    for t in range(first, n):
        end = t + 1 - begin
        count = min(end, window)
        out[t - first] = np.nan
        if count < needed:
            continue
        mean = window_mean(distance, end, count)
        deviation = math.sqrt(window_squares(distance, end, count, mean) / (count - 1))
        if deviation > ROUNDING_NOISE * close[t]:
            out[t - first] = (distance[end - 1] - mean) / deviation
