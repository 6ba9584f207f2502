"""The change over 24 hours and its label."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.panel import CANDLES_PER_DAY


@compiled
def daily_trend(change: float, plain: float, strong: float) -> float:
    """Return +2 for a change above ``strong``, +1 above ``plain`` (all in %), mirrored, else 0; NaN for NaN."""
    if np.isnan(change):
        return np.nan
    if abs(change) <= plain:
        return 0.0
    size = 2.0 if abs(change) > strong else 1.0
    return size if change > 0.0 else -size


@compiled
def daily(
    close: FloatArray, plain: float, strong: float, first: int, out_change: FloatArray, out_trend: FloatArray
) -> None:
    """Write the change in % against the close 288 candles ago and its label at columns ``first`` …."""
    for t in range(first, len(close)):
        change = np.nan
        if t >= CANDLES_PER_DAY:
            change = (close[t] / close[t - CANDLES_PER_DAY] - 1.0) * 100.0
        out_change[t - first] = change
        out_trend[t - first] = daily_trend(change, plain, strong)
