"""Rolling volume profile: point of control and value area."""

from __future__ import annotations

import math

import numpy as np

from hhq.arrays import FloatArray, IntArray, plain
from hhq.compiled import compiled
from hhq.features.candles import Candles
from hhq.features.windows import rolling_extreme

_VOLUME_BITS = 40
"""Volume is counted in units of 2^-40 of the largest: whole numbers add and subtract exactly."""


@compiled
def _unit_of(largest: float) -> float:
    """Return the factor that turns volumes up to ``largest`` into numbers up to 2^40: a power of two."""
    return math.ldexp(1.0, _VOLUME_BITS - math.frexp(largest)[1])


@compiled
def _add_candle(
    steps: IntArray,
    sign: int,
    low: float,
    high: float,
    volume: float,
    bottom: float,
    scale: float,
    unit: float,
) -> None:
    """Add (or take away) a candle, with its volume spread evenly over the bins that its range covers.

    ``steps[b]`` is how much more bin ``b`` holds than the bin below it.
    """
    last = len(steps) - 2
    lower = min(int((low - bottom) * scale), last)
    upper = min(int((high - bottom) * scale), last)
    share = sign * int(volume * unit / (upper - lower + 1) + 0.5)
    steps[lower] += share
    steps[upper + 1] -= share


@compiled
def _add_window(
    steps: IntArray,
    low: FloatArray,
    high: FloatArray,
    volume: FloatArray,
    end: int,
    window: int,
    bottom: float,
    scale: float,
    unit: float,
) -> None:
    steps[:] = 0
    for i in range(end - window, end):
        _add_candle(steps, 1, low[i], high[i], volume[i], bottom, scale, unit)


@compiled
def _value_area(held: IntArray, peak: int, wanted: float) -> tuple[int, int]:
    """Widen from the peak towards the heavier neighbour (on a tie the upper one) until ``wanted`` is held."""
    bins = len(held) - 2
    lower = upper = peak + 1
    total = held[peak + 1]
    while total < wanted:
        above = held[upper + 1]
        below = held[lower - 1]
        go_up = (above >= below and upper < bins) or lower == 1
        total += above if go_up else below
        upper += 1 if go_up else 0
        lower -= 0 if go_up else 1
    return lower - 1, upper - 1


@compiled
def _summarise(steps: IntArray, held: IntArray, share: float) -> tuple[int, int, int]:
    """Return the bin of the point of control (on a tie the lowest) and the lower and upper end of the value area.

    ``held`` is filled with what each bin holds, with an empty bin at both ends.
    """
    level = total = most = 0
    peak = 0
    for b in range(len(steps) - 1):
        level += steps[b]
        held[b + 1] = level
        total += level
        if level > most:
            most = level
            peak = b
    lower, upper = _value_area(held, peak, share * total)
    return peak, lower, upper


@compiled
def profile(candles: Candles, window: int, bins: int, area_pct: float, first: int, out: FloatArray) -> None:
    """Write point of control, value area high and value area low, in price, at columns ``first`` ….

    The window's range, both ends included, is cut into ``bins`` equal bins; POC is the middle of the heaviest
    bin, VAH and VAL are the outer edges of the value area. A price on the edge of two bins counts for the upper
    one. NaN before a full window and where the window has no range or no volume. Sliding the profile adds and
    subtracts whole numbers, so the result does not depend on the candle that it started from.
    """
    high, low, volume = candles.high, candles.low, candles.volume
    n = len(high)
    out[:] = np.nan
    begin = max(first - window + 1, 0)
    extremes = np.empty((3, n - first))
    rolling_extreme(high[begin:], window, 1.0, first - begin, extremes[0])
    rolling_extreme(low[begin:], window, -1.0, first - begin, extremes[1])
    rolling_extreme(volume[begin:], window, 1.0, first - begin, extremes[2])
    steps = np.zeros(bins + 1, dtype=np.int64)
    held = np.zeros(bins + 2, dtype=np.int64)
    top = bottom = scale = unit = np.nan
    for t in range(max(first, window - 1), n):
        j = t - first
        if not (extremes[0, j] > extremes[1, j] and extremes[2, j] > 0.0):
            top = np.nan
            continue
        fresh = _unit_of(extremes[2, j])
        if extremes[0, j] == top and extremes[1, j] == bottom and fresh == unit:
            gone = t - window
            _add_candle(steps, -1, low[gone], high[gone], volume[gone], bottom, scale, unit)
            _add_candle(steps, 1, low[t], high[t], volume[t], bottom, scale, unit)
        else:
            top = extremes[0, j]
            bottom = extremes[1, j]
            unit = fresh
            scale = bins / (top - bottom)
            _add_window(steps, low, high, volume, t + 1, window, bottom, scale, unit)
        peak, lower, upper = _summarise(steps, held, area_pct / 100.0)
        width = (top - bottom) / bins
        out[0, j] = bottom + (peak + 0.5) * width
        out[1, j] = bottom + (upper + 1) * width
        out[2, j] = bottom + lower * width


def rolling_profile(
    high: FloatArray,
    low: FloatArray,
    volume: FloatArray,
    window: int = 288,
    bins: int = 50,
    area_pct: float = 70.0,
) -> FloatArray:
    """Return POC, VAH and VAL at every candle: float64 (3, bars), NaN before a full window.

    Inputs float64 (bars,) without NaN; see :func:`profile`.
    """
    out = np.empty((3, len(high)))
    top = plain(high)
    profile(Candles(top, plain(low), top, plain(volume), 0), window, bins, area_pct, 0, out)
    return out
