"""Breakout: a close beyond the outermost confirmed pivot on rising volume."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.candles import Candles
from hhq.features.ema import ema_pair
from hhq.features.windows import rolling_extreme


@compiled
def pivot_level(
    values: FloatArray, left: int, right: int, window: int, sign: float, first: int, out: FloatArray
) -> None:
    """Write the highest pivot (``sign`` −1: lowest) inside the last ``window`` values at columns ``first`` ….

    A pivot is at least as high as the ``left`` values before it and the ``right`` values after it, all of which
    must lie inside the window. −inf (lowest: +inf) when there is none, NaN before a full window.
    """
    span = left + right + 1
    begin = max(first - window + 1, 0)
    part = values[begin:]
    pivots = np.empty(len(part))
    rolling_extreme(part, span, sign, 0, pivots)
    for c in range(len(part)):
        if not (c >= span - 1 and part[c - right] == pivots[c]):
            pivots[c] = -sign * np.inf
    rolling_extreme(pivots, window - span + 1, sign, first - begin, out)
    out[: max(min(window - 1, len(values)) - first, 0)] = np.nan


@compiled
def breakout(
    candles: Candles,
    block: int,
    left: int,
    right: int,
    window: int,
    fast: int,
    slow: int,
    oscillator_pct: float,
    first: int,
    out: FloatArray,
) -> None:
    """Write +1 where the close is above the highest pivot high while volume rises.

    −1 mirrored; 0 for neither or both. Volume rises while its oscillator, (EMA fast − EMA slow) / EMA slow in %,
    is above ``oscillator_pct``. NaN before a full window and while nothing was traded.
    """
    high, low, close, volume, bar = candles
    m = len(close) - first
    averages = np.empty((2, m))
    ema_pair(volume, bar, block, fast, slow, first, averages)
    levels = np.empty((2, m))
    pivot_level(high, left, right, window, 1.0, first, levels[0])
    pivot_level(low, left, right, window, -1.0, first, levels[1])
    for j in range(m):
        if np.isnan(levels[0, j]) or not averages[1, j] > 0.0:
            out[j] = np.nan
            continue
        out[j] = 0.0
        if (averages[0, j] - averages[1, j]) / averages[1, j] * 100.0 > oscillator_pct:
            if close[first + j] > levels[0, j]:
                out[j] += 1.0
            if close[first + j] < levels[1, j]:
                out[j] -= 1.0
