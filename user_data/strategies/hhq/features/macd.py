"""MACD histogram and the candle on which it changes sign, seeded as in TA-Lib."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.recursion import recursion_start, recursion_stop, sign_beyond, turn
from hhq.features.windows import ROUNDING_NOISE, window_mean


@compiled
def _histogram_from(
    close: FloatArray, fast: int, slow: int, signal: int, begin: int, wanted: int, end: int, out: FloatArray
) -> None:
    if end - begin < slow + signal - 1:
        return
    fast_share = 2.0 / (fast + 1.0)
    slow_share = 2.0 / (slow + 1.0)
    signal_share = 2.0 / (signal + 1.0)
    fast_mean = window_mean(close, begin + slow, fast)
    slow_mean = window_mean(close, begin + slow, slow)
    seeded = begin + slow + signal - 2
    average = (fast_mean - slow_mean) / signal
    for i in range(begin + slow, end):
        fast_mean = fast_mean * (1.0 - fast_share) + close[i] * fast_share
        slow_mean = slow_mean * (1.0 - slow_share) + close[i] * slow_share
        line = fast_mean - slow_mean
        if i <= seeded:
            average += line / signal
        else:
            average = average * (1.0 - signal_share) + line * signal_share
        if i >= wanted and i >= seeded:
            histogram = line - average
            out[i - wanted] = histogram if abs(histogram) > ROUNDING_NOISE * close[i] else 0.0


@compiled
def macd(
    close: FloatArray,
    bar: int,
    block: int,
    fast: int,
    slow: int,
    signal: int,
    first: int,
    out_histogram: FloatArray,
    out_cross: FloatArray,
) -> None:
    """Write the histogram, in price, and its cross (+1 turns positive, −1 negative) at columns ``first`` …."""
    n = len(close)
    before = max(first - 1, 0)
    histogram = np.full(n - before, np.nan)
    t = before
    while t < n:
        end = recursion_stop(t, bar, block, n)
        begin = recursion_start(t, bar, block)
        _histogram_from(close, fast, slow, signal, begin, t, end, histogram[t - before :])
        t = end
    sign = np.nan
    for j in range(n - before):
        last = sign
        sign = sign_beyond(histogram[j], 0.0)
        k = before + j - first
        if k >= 0:
            out_histogram[k] = histogram[j]
            out_cross[k] = turn(last, sign)
