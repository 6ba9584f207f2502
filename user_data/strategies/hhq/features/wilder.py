"""Wilder's ATR, ADX with its directional indicators, and RSI, seeded and smoothed as in TA-Lib.

Each value comes from a recursion that starts one clock block before its own (``recursion.recursion_start``),
so it has seen at most two blocks of candles and does not depend on where the series starts.
"""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.candles import Candles
from hhq.features.recursion import recursion_start, recursion_stop


@compiled
def true_range(high: float, low: float, previous_close: float) -> float:
    """Return the largest of high − low, |high − previous close| and |low − previous close|."""
    return max(high - low, max(abs(high - previous_close), abs(low - previous_close)))


@compiled
def _atr_from(candles: Candles, period: int, begin: int, wanted: int, end: int, out: FloatArray) -> None:
    high, low, close = candles.high, candles.low, candles.close
    total = 0.0
    for i in range(begin + 1, min(begin + period, end)):
        total += true_range(high[i], low[i], close[i - 1])
    share = 1.0 / period
    keep = 1.0 - share
    value = total / (period - 1)
    for i in range(begin + period, end):
        reach = true_range(high[i], low[i], close[i - 1])
        value = (total + reach) / period if i == begin + period else value * keep + reach * share
        if i >= wanted:
            out[i - wanted] = value


@compiled
def atr(candles: Candles, block: int, period: int, first: int, out: FloatArray) -> None:
    """Write Wilder's average true range, in price, at columns ``first`` … to ``out``; NaN until seeded."""
    out[:] = np.nan
    n = len(candles.close)
    t = first
    while t < n:
        end = recursion_stop(t, candles.bar, block, n)
        _atr_from(candles, period, recursion_start(t, candles.bar, block), t, end, out[t - first :])
        t = end


@compiled
def _movement(high: FloatArray, low: FloatArray, i: int) -> tuple[float, float]:
    up = high[i] - high[i - 1]
    down = low[i - 1] - low[i]
    return (up if up > down and up > 0.0 else 0.0), (down if down > up and down > 0.0 else 0.0)


@compiled
def _adx_from(candles: Candles, period: int, begin: int, wanted: int, end: int, out: FloatArray) -> None:
    high, low, close = candles.high, candles.low, candles.close
    plus = minus = reach = dx = adx = 0.0
    for i in range(begin + 1, min(begin + period, end)):
        up, down = _movement(high, low, i)
        plus += up
        minus += down
        reach += true_range(high[i], low[i], close[i - 1])
    share = 1.0 / period
    keep = 1.0 - share
    seeded = begin + 2 * period - 1
    for i in range(begin + period, end):
        up, down = _movement(high, low, i)
        plus = plus * keep + up
        minus = minus * keep + down
        reach = reach * keep + true_range(high[i], low[i], close[i - 1])
        if plus + minus > 0.0:
            dx = 100.0 * abs(plus - minus) / (plus + minus)
            adx = adx + dx * share if i <= seeded else adx * keep + dx * share
        if i >= wanted and reach > 0.0:
            out[0, i - wanted] = adx if i >= seeded else np.nan
            out[1, i - wanted] = 100.0 * plus / reach
            out[2, i - wanted] = 100.0 * minus / reach


@compiled
def adx(candles: Candles, block: int, period: int, first: int, out: FloatArray) -> None:
    """Write ADX, +DI and −DI (0–100) at columns ``first`` … to the rows of ``out``.

    NaN until seeded, and where no candle had any range. As in TA-Lib, while there is no directional movement
    at all, ADX keeps its last value.
    """
    out[:] = np.nan
    n = len(candles.close)
    t = first
    while t < n:
        end = recursion_stop(t, candles.bar, block, n)
        _adx_from(candles, period, recursion_start(t, candles.bar, block), t, end, out[:, t - first :])
        t = end


@compiled
def _rsi_from(close: FloatArray, period: int, begin: int, wanted: int, end: int, out: FloatArray) -> None:
    gain = loss = 0.0
    for i in range(begin + 1, min(begin + period + 1, end)):
        change = close[i] - close[i - 1]
        gain += max(change, 0.0)
        loss += max(-change, 0.0)
    share = 1.0 / period
    keep = 1.0 - share
    gain *= share
    loss *= share
    for i in range(begin + period, end):
        if i > begin + period:
            change = close[i] - close[i - 1]
            gain = gain * keep + max(change, 0.0) * share
            loss = loss * keep + max(-change, 0.0) * share
        if i >= wanted and gain + loss > 0.0:
            out[i - wanted] = 100.0 * gain / (gain + loss)


@compiled
def rsi(close: FloatArray, bar: int, block: int, period: int, first: int, out: FloatArray) -> None:
    """Write Wilder's RSI (0–100) at columns ``first`` …; NaN until seeded and where the price never moved."""
    out[:] = np.nan
    n = len(close)
    t = first
    while t < n:
        end = recursion_stop(t, bar, block, n)
        _rsi_from(close, period, recursion_start(t, bar, block), t, end, out[t - first :])
        t = end


@compiled
def adx_trend(plus: float, minus: float, gap: float) -> float:
    """Return +1 when +DI − −DI is above ``gap``, −1 below −``gap``, else 0; NaN for NaN."""
    difference = plus - minus
    if np.isnan(difference):
        return np.nan
    if difference > gap:
        return 1.0
    return -1.0 if difference < -gap else 0.0
