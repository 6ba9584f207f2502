"""The nearest open fair value gap."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.features.candles import Candles


@compiled
def _gap_at(candles: Candles, i: int, smallest_pct: float) -> tuple[float, float, float]:
    """Return direction (0 = none), bottom and top of the gap between candle ``i`` and the candle two before it."""
    high, low = candles.high, candles.low
    smallest = smallest_pct / 100.0 * candles.close[i]
    if low[i] - high[i - 2] > smallest:
        return 1.0, high[i - 2], low[i]
    if low[i - 2] - high[i] > smallest:
        return -1.0, high[i], low[i - 2]
    return 0.0, 0.0, 0.0


@compiled
def _drop_closed(gaps: FloatArray, count: int, oldest: int, high: float, low: float) -> int:
    """Remove gaps older than column ``oldest`` and gaps that were traded through; return how many are left."""
    kept = 0
    for k in range(count):
        filled = low <= gaps[k, 2] if gaps[k, 1] > 0.0 else high >= gaps[k, 3]
        if filled or gaps[k, 0] < oldest:
            continue
        if kept < k:
            for field in range(4):
                gaps[kept, field] = gaps[k, field]
        kept += 1
    return kept


@compiled
def _nearest(gaps: FloatArray, count: int, kept: int, close: float) -> tuple[float, float]:
    """Return direction and distance of the nearest among the newest ``kept`` gaps; on a tie, of the newest."""
    direction = 0.0
    nearest = np.inf
    for k in range(max(count - kept, 0), count):
        distance = max(gaps[k, 2] - close, close - gaps[k, 3], 0.0)
        if distance <= nearest:
            nearest = distance
            direction = gaps[k, 1]
    return direction, nearest


@compiled
def fair_value_gap(
    candles: Candles,
    window: int,
    smallest_pct: float,
    kept: int,
    first: int,
    out_direction: FloatArray,
    out_distance: FloatArray,
) -> None:
    """Write the direction of the nearest open gap (+1, −1, 0 none) and its distance in price from the close.

    A bullish gap lies between the high of a candle and the higher low of the candle two after it, and is wider
    than ``smallest_pct`` of that candle's close; it is open until a later low reaches its bottom. Bearish
    mirrored. Of the open gaps whose three candles lie in the last ``window``, only the newest ``kept`` count.
    The distance is 0 inside a gap and NaN when there is none; both are NaN before a full window.
    """
    high, low, close = candles.high, candles.low, candles.close
    n = len(close)
    gaps = np.empty((window, 4))
    count = 0
    for t in range(max(first - window + 1, 0), n):
        count = _drop_closed(gaps, count, t - window + 3, high[t], low[t])
        if t >= max(first - window + 1, 0) + 2:
            direction, bottom, top = _gap_at(candles, t, smallest_pct)
            if direction != 0.0:
                gaps[count, 0] = t
                gaps[count, 1] = direction
                gaps[count, 2] = bottom
                gaps[count, 3] = top
                count += 1
        if t >= first:
            out_direction[t - first] = np.nan
            out_distance[t - first] = np.nan
            if t >= window - 1:
                direction, distance = _nearest(gaps, count, kept, close[t])
                out_direction[t - first] = direction
                out_distance[t - first] = distance if direction != 0.0 else np.nan
