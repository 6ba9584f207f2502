"""Divergence between BTC and ETH at new extremes (smart money technique)."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray, plain
from hhq.compiled import compiled
from hhq.features.sweep import highest, lowest


@compiled
def _smt(
    btc_high: FloatArray,
    btc_low: FloatArray,
    eth_high: FloatArray,
    eth_low: FloatArray,
    window: int,
    first: int,
    out: FloatArray,
) -> None:
    for t in range(first, len(btc_high)):
        known = 0.0
        for i in range(max(t - window, 0), t + 1):
            known += btc_high[i] + btc_low[i] + eth_high[i] + eth_low[i]
        if t < window or np.isnan(known):
            out[t - first] = np.nan
            continue
        code = 0.0
        if btc_low[t] < lowest(btc_low, t, window) and eth_low[t] >= lowest(eth_low, t, window):
            code += 1.0
        if btc_high[t] > highest(btc_high, t, window) and eth_high[t] <= highest(eth_high, t, window):
            code -= 1.0
        out[t - first] = code


def smt_divergence(
    btc_high: FloatArray,
    btc_low: FloatArray,
    eth_high: FloatArray,
    eth_low: FloatArray,
    window: int = 20,
    first: int = 0,
) -> FloatArray:
    """Return +1 where BTC makes a lower low than the ``window`` candles before and ETH does not, −1 mirrored.

    0 for neither or both; NaN where one of the ``window`` + 1 candles is missing. Inputs float64 (bars,) on
    the same clock (else ValueError); output float64 (bars − ``first``,). A divergence is valid for its own
    candle only, which is 300 s.
    """
    if not len(btc_high) == len(btc_low) == len(eth_high) == len(eth_low):
        raise ValueError("BTC and ETH candles must have the same number of bars")
    out = np.empty(len(btc_high) - first)
    _smt(
        plain(btc_high),
        plain(btc_low),
        plain(eth_high),
        plain(eth_low),
        window,
        first,
        out,
    )
    return out
