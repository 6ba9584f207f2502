"""Features on 15m, 1h and 4h, all built from the coin's own closed 5m candles."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.candles import Candles
from hhq.features.wilder import true_range
from hhq.panel import CANDLES_PER_HOUR, aggregate, last_closed


@compiled
def _gap(close: FloatArray, end: int, candles: int, average: int, window: int) -> float:
    """Return (close − EMA) / EMA in % for the timeframe's candle that ends at column ``end``."""
    if end - window * candles + 1 < 0:
        return np.nan
    share = 2.0 / (average + 1.0)
    mean: float = close[end - (window - 1) * candles]
    for k in range(window - 2, -1, -1):
        mean += share * (close[end - k * candles] - mean)
    gap: float = (close[end] - mean) / mean * 100.0
    return gap


@compiled
def _change(close: FloatArray, end: int, candles: int, steps: int) -> float:
    """Return the change in % over ``steps`` candles of the timeframe, all of them complete."""
    if end - (steps + 1) * candles + 1 < 0:
        return np.nan
    change: float = (close[end] / close[end - steps * candles] - 1.0) * 100.0
    return change


@compiled
def timeframe(
    close: FloatArray,
    bar: int,
    candles: int,
    average: int,
    window: int,
    steps: int,
    long_steps: int,
    first: int,
    out: FloatArray,
) -> None:
    """Write EMA gap and the changes over ``steps`` and ``long_steps`` candles, in %, at columns ``first`` ….

    They are those of the last closed candle of the timeframe, which is made of ``candles`` 5m candles. The EMA
    runs over the last ``window`` closes, seeded with the first of them. NaN while one of these candles is
    incomplete.
    """
    n = len(close)
    t = first
    while t < n:
        end = last_closed(t, bar, candles)
        gap = _gap(close, end, candles, average, window)
        change = _change(close, end, candles, steps)
        long_change = _change(close, end, candles, long_steps)
        stop = min(end + candles, n)
        for i in range(t, stop):
            out[0, i - first] = gap
            out[1, i - first] = change
            out[2, i - first] = long_change
        t = stop


@compiled
def _window_atr(ranges: FloatArray, end: int, hours: int, period: int) -> float:
    """Return Wilder's ATR at the end of ``hours`` candles, of which the first contributes only its close."""
    begin = end - hours + 1
    value = 0.0
    for h in range(begin, begin + period):
        value += ranges[h]
    value /= period
    share = 1.0 / period
    for h in range(begin + period, end):
        value = value * (1.0 - share) + ranges[h] * share
    return value


@compiled
def atr_1h(candles: Candles, hours: int, period: int, first: int, out: FloatArray) -> None:
    """Write Wilder's ATR over the last ``hours`` closed 1h candles, in price; NaN while there are fewer."""
    high, low, close, _, bar = candles
    n = len(close)
    end = last_closed(first, bar, CANDLES_PER_HOUR)
    begin = max(end + 1 - hours * CANDLES_PER_HOUR, 0)
    highs, lows, closes = aggregate(high[begin:], low[begin:], close[begin:], bar + begin, CANDLES_PER_HOUR)
    origin = begin + (-(bar + begin)) % CANDLES_PER_HOUR
    ranges = np.zeros(len(closes))
    for h in range(1, len(closes)):
        ranges[h] = true_range(highs[h], lows[h], closes[h - 1])
    t = first
    while t < n:
        end = last_closed(t, bar, CANDLES_PER_HOUR)
        closed = (end + 1 - origin) // CANDLES_PER_HOUR
        value = _window_atr(ranges, closed, hours, period) if closed >= hours else np.nan
        stop = min(end + CANDLES_PER_HOUR, n)
        out[t - first : stop - first] = value
        t = stop
