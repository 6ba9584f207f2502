"""Exponential moving averages, seeded as in TA-Lib (mean of the first period), in clock blocks."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.recursion import recursion_start, recursion_stop, sign_beyond, turn
from hhq.features.windows import ROUNDING_NOISE, window_mean


@compiled
def _pair_from(
    values: FloatArray, fast: int, slow: int, begin: int, wanted: int, end: int, out: FloatArray
) -> None:
    if end - begin < fast:
        return
    fast_share = 2.0 / (fast + 1.0)
    slow_share = 2.0 / (slow + 1.0)
    fast_mean = window_mean(values, begin + fast, fast)
    slow_mean = np.nan
    for i in range(begin + fast - 1, end):
        if i >= begin + fast:
            fast_mean = fast_mean * (1.0 - fast_share) + values[i] * fast_share
        slow_mean = slow_mean * (1.0 - slow_share) + values[i] * slow_share
        if i == begin + slow - 1:
            slow_mean = window_mean(values, begin + slow, slow)
        if i >= wanted:
            out[0, i - wanted] = fast_mean
            out[1, i - wanted] = slow_mean


@compiled
def ema_pair(
    values: FloatArray, bar: int, block: int, fast: int, slow: int, first: int, out: FloatArray
) -> None:
    """Write EMA(``fast``) and the longer EMA(``slow``) at columns ``first`` … to the 2 rows of ``out``."""
    out[:] = np.nan
    n = len(values)
    t = first
    while t < n:
        end = recursion_stop(t, bar, block, n)
        _pair_from(values, fast, slow, recursion_start(t, bar, block), t, end, out[:, t - first :])
        t = end


@compiled
def ema(close: FloatArray, bar: int, block: int, fast: int, slow: int, first: int, out: FloatArray) -> None:
    """Write fast EMA, slow EMA, cross and state at columns ``first`` … to the 4 rows of ``out``.

    The state is +1 while the fast EMA is above the slow one, −1 below, 0 equal; the cross is +1 or −1 on the
    candle on which the state becomes that.
    """
    before = max(first - 1, 0)
    pair = np.empty((2, len(close) - before))
    ema_pair(close, bar, block, fast, slow, before, pair)
    state = np.nan
    for j in range(len(close) - before):
        last = state
        state = sign_beyond(pair[0, j] - pair[1, j], ROUNDING_NOISE * close[before + j])
        k = before + j - first
        if k >= 0:
            out[0, k] = pair[0, j]
            out[1, k] = pair[1, j]
            out[2, k] = turn(last, state)
            out[3, k] = state
