"""Volume-weighted average price (VWAP) of the UTC day."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.bollinger import window_deviation
from hhq.features.candles import Candles
from hhq.features.windows import window_mean
from hhq.panel import CANDLES_PER_DAY


@compiled
def typical_price(high: float, low: float, close: float) -> float:
    """Return (high + low + close) / 3."""
    return (high + low + close) / 3.0


@compiled
def vwap(candles: Candles, window: int, first: int, out_vwap: FloatArray, out_zscore: FloatArray) -> None:
    """Write VWAP since 00:00 UTC (or the first candle after it) and (close − VWAP)/σ at columns ``first`` ….

    σ is the population standard deviation of the last ``window`` closes. NaN while nothing has traded since
    midnight; the z-score is also NaN before a full window and where the closes are all equal.
    """
    high, low, close, volume, bar = candles
    notional = traded = 0.0
    for t in range(max(first - (bar + first) % CANDLES_PER_DAY, 0), len(close)):
        if (bar + t) % CANDLES_PER_DAY == 0:
            notional = traded = 0.0
        notional += typical_price(high[t], low[t], close[t]) * volume[t]
        traded += volume[t]
        if t < first:
            continue
        j = t - first
        out_vwap[j] = notional / traded if traded > 0.0 else np.nan
        out_zscore[j] = np.nan
        if t >= window - 1:
            deviation = window_deviation(close, t + 1, window, window_mean(close, t + 1, window))
            if deviation > 0.0:
                out_zscore[j] = (close[t] - out_vwap[j]) / deviation
