"""Liquidity sweep (swing failure): a candle reaches beyond the recent swing and closes back inside."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.candles import Candles


@compiled
def highest(values: FloatArray, end: int, count: int) -> float:
    """Return the maximum of the ``count`` values before column ``end``."""
    best: float = values[end - count]
    for i in range(end - count + 1, end):
        best = max(best, values[i])
    return best


@compiled
def lowest(values: FloatArray, end: int, count: int) -> float:
    """Return the minimum of the ``count`` values before column ``end``."""
    best: float = values[end - count]
    for i in range(end - count + 1, end):
        best = min(best, values[i])
    return best


@compiled
def sweep(candles: Candles, window: int, margin_pct: float, first: int, out: FloatArray) -> None:
    """Write −1 (bearish) where the high is above the swing high + margin and the close below the swing high.

    +1 mirrored; 0 for neither or both; NaN before ``window`` candles. The swing is the range of the ``window``
    candles before this one, the margin is ``margin_pct`` of it.
    """
    high, low, close = candles.high, candles.low, candles.close
    for t in range(first, len(close)):
        if t < window:
            out[t - first] = np.nan
            continue
        top = highest(high, t, window)
        bottom = lowest(low, t, window)
        margin = margin_pct / 100.0 * (top - bottom)
        code = 0.0
        if high[t] > top + margin and close[t] < top:
            code -= 1.0
        if low[t] < bottom - margin and close[t] > bottom:
            code += 1.0
        out[t - first] = code
