"""Volume against its recent mean, and the quote volume of 24 hours."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.candles import Candles
from hhq.features.vwap import typical_price
from hhq.features.windows import rolling_sum, window_mean
from hhq.panel import CANDLES_PER_DAY


@compiled
def volume_ratio(
    volume: FloatArray, window: int, spike: float, first: int, out_ratio: FloatArray, out_spike: FloatArray
) -> None:
    """Write volume / mean of the ``window`` candles before, and 1 where that ratio is ``spike`` or more, else 0.

    NaN before a full window and where nothing was traded in it.
    """
    for t in range(first, len(volume)):
        out_ratio[t - first] = np.nan
        out_spike[t - first] = np.nan
        mean = window_mean(volume, t, window) if t >= window else 0.0
        if mean > 0.0:
            out_ratio[t - first] = volume[t] / mean
            out_spike[t - first] = 1.0 if volume[t] / mean >= spike else 0.0


@compiled
def quote_volume(candles: Candles, first: int, out: FloatArray) -> None:
    """Write the sum of typical price × volume over 288 candles, in quote currency; NaN before a full day."""
    high, low, close, volume, bar = candles
    begin = max(first - CANDLES_PER_DAY + 1, 0)
    notional = np.empty(len(close) - begin)
    for i in range(begin, len(close)):
        notional[i - begin] = typical_price(high[i], low[i], close[i]) * volume[i]
    rolling_sum(notional, bar + begin, CANDLES_PER_DAY, first - begin, out)
