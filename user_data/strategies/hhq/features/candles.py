"""Candles in the form that compiled code takes."""

from __future__ import annotations

from typing import NamedTuple

from hhq.arrays import FloatArray
from hhq.compiled import compiled


class Candles(NamedTuple):
    """Candle columns of equal shape, float64, and the clock number of the first candle.

    (bars,) without NaN for one unbroken run of one coin; (coins, bars) for a whole panel.
    """

    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    bar: int


@compiled
def run_of(candles: Candles, coin: int, begin: int, end: int) -> Candles:
    """Return the candles of one coin in columns ``begin`` … ``end`` − 1."""
    high, low, close, volume, bar = candles
    here = slice(begin, end)
    return Candles(high[coin, here], low[coin, here], close[coin, here], volume[coin, here], bar + begin)
