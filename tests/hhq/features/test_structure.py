"""Sweep, fair value gap, breakout, divergence, on candles drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.features.breakout import breakout, pivot_level
from hhq.features.candles import Candles
from hhq.features.fair_value_gap import fair_value_gap
from hhq.features.smt import smt_divergence
from hhq.features.sweep import sweep


def flat(bars: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Candles from 99 to 101 that close at 100."""
    return np.full(bars, 101.0), np.full(bars, 99.0), np.full(bars, 100.0)


@pytest.mark.parametrize(
    "high, low, close, code",
    [
        (101.01, 100.0, 100.5, -1.0),
        (101.001, 100.0, 100.5, 0.0),
        (101.01, 100.0, 101.0, 0.0),
        (100.0, 98.99, 99.5, 1.0),
        (100.0, 98.999, 99.5, 0.0),
        (100.0, 98.99, 99.0, 0.0),
        (101.01, 98.99, 100.0, 0.0),
    ],
)
def test_a_sweep_reaches_beyond_the_swing_and_closes_inside(
    high: float, low: float, close: float, code: float
) -> None:
    highs, lows, closes = flat(21)
    highs[-1], lows[-1], closes[-1] = high, low, close
    out = np.empty(21)
    sweep(Candles(highs, lows, closes, closes, 0), 20, 0.1, 0, out)
    np.testing.assert_array_equal(out, [np.nan] * 20 + [code])


def gaps(high: FloatArray, low: FloatArray, close: FloatArray, first: int = 0, kept: int = 10) -> FloatArray:
    out = np.empty((2, len(close) - first))
    fair_value_gap(Candles(high, low, close, close, 0), 10, 0.05, kept, first, out[0], out[1])
    return out


def rise_after(bars: int, at: int, by: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Candles of range 2 whose level moves by ``by`` at candle ``at``, which overlaps neither level."""
    high, low, close = flat(bars)
    for array in (high, low, close):
        array[at:] += by
    low[at], high[at] = min(100.0, 100.0 + by), max(100.0, 100.0 + by)
    return high, low, close


def test_a_gap_up_is_bullish_and_its_distance_is_from_the_close() -> None:
    high, low, close = rise_after(14, 10, 5.0)
    direction, distance = gaps(high, low, close)
    np.testing.assert_array_equal(direction, [np.nan] * 9 + [0.0, 0.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(distance, [np.nan] * 11 + [1.0] * 3)


def test_a_gap_down_is_bearish() -> None:
    direction, distance = gaps(*rise_after(14, 10, -5.0))
    assert (direction[-1], distance[-1]) == (-1.0, 1.0)


def test_a_close_inside_the_gap_has_distance_zero_and_a_low_at_its_bottom_closes_it() -> None:
    high, low, close = rise_after(15, 10, 5.0)
    close[13], low[13] = 103.0, 102.5
    low[14] = 101.0
    direction, distance = gaps(high, low, close)
    assert (direction[13], distance[13]) == (1.0, 0.0)
    assert direction[14] == 0.0
    assert np.isnan(distance[14])


def test_a_high_at_its_top_closes_a_bearish_gap() -> None:
    high, low, close = rise_after(14, 10, -5.0)
    high[13] = 99.0
    direction, _ = gaps(high, low, close)
    assert list(direction[12:]) == [-1.0, 0.0]


def test_a_gap_leaves_with_the_oldest_of_its_candles() -> None:
    direction, _ = gaps(*rise_after(21, 10, 5.0))
    assert direction[19] == 0.0
    assert direction[18] == 1.0


def test_a_gap_below_the_minimum_share_of_the_close_does_not_count() -> None:
    high, low, close = rise_after(13, 10, 2.05)
    assert gaps(high, low, close)[0, -1] == 0.0
    assert gaps(*rise_after(13, 10, 2.06))[0, -1] == 1.0


def plain_gaps(
    high: FloatArray, low: FloatArray, close: FloatArray, t: int, kept: int
) -> tuple[float, float]:
    found = []
    for i in range(t - 10 + 3, t + 1):
        later_low = low[i + 1 : t + 1].min(initial=np.inf)
        later_high = high[i + 1 : t + 1].max(initial=-np.inf)
        if low[i] - high[i - 2] > 0.0005 * close[i] and later_low > high[i - 2]:
            found.append((1.0, high[i - 2], low[i]))
        if low[i - 2] - high[i] > 0.0005 * close[i] and later_high < low[i - 2]:
            found.append((-1.0, high[i], low[i - 2]))
    best = (0.0, np.nan)
    for direction, bottom, top in found[-kept:]:
        distance = max(bottom - close[t], close[t] - top, 0.0)
        if not distance > best[1]:
            best = (direction, distance)
    return best


@pytest.mark.parametrize("first", [0, 5, 60])
@pytest.mark.parametrize("kept", [1, 10])
def test_gaps_equal_a_search_through_the_window(first: int, kept: int) -> None:
    rng = np.random.default_rng(8)
    close = 100.0 * np.exp(np.cumsum(0.004 * rng.standard_normal(200)))
    high = close * (1.0 + 0.001 * rng.random(200))
    low = close * (1.0 - 0.001 * rng.random(200))
    ours = gaps(high, low, close, first, kept)
    for t in range(max(first, 9), 200):
        np.testing.assert_array_equal(ours[:, t - first], plain_gaps(high, low, close, t, kept))


def test_the_highest_pivot_is_that_of_a_search_through_the_window() -> None:
    rng = np.random.default_rng(9)
    values = np.cumsum(rng.standard_normal(120))
    for sign, pick in ((1.0, max), (-1.0, min)):
        out = np.empty(120)
        pivot_level(values, 3, 4, 30, sign, 0, out)
        assert np.isnan(out[:29]).all()
        for t in range(29, 120):
            begin = t - 29
            pivots = [values[i] for i in range(begin + 3, t - 3) if values[i] == pick(values[i - 3 : i + 5])]
            assert out[t] == (pick(pivots) if pivots else -sign * np.inf)


def breakout_codes(close: FloatArray, volume: FloatArray, first: int = 0) -> FloatArray:
    out = np.empty(len(close) - first)
    breakout(Candles(close + 0.5, close - 0.5, close, volume, 0), 100, 3, 3, 20, 5, 10, 20.0, first, out)
    return out


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_breakout_needs_a_close_beyond_the_pivots_and_rising_volume(side: float) -> None:
    close = 100.0 + np.sin(np.arange(41.0))
    close[40] = 100.0 + side * 5.0
    volume = np.full(41, 10.0)
    assert breakout_codes(close, volume)[40] == 0.0
    volume[40] = 100.0
    assert breakout_codes(close, volume)[40] == side
    assert breakout_codes(close, volume, 40)[0] == side
    close[40] = 100.0
    assert breakout_codes(close, volume)[40] == 0.0


def test_a_breakout_is_unknown_without_volume_or_a_full_window() -> None:
    close = 100.0 + np.sin(np.arange(41.0))
    assert np.isnan(breakout_codes(close, np.zeros(41))).all()
    assert np.isnan(breakout_codes(close, np.ones(41))[:19]).all()


def test_a_close_beyond_pivots_on_both_sides_is_no_breakout() -> None:
    """Pivot lows above pivot highs: the market fell through a gap, so the close lies beyond both levels."""
    high = np.full(21, 50.0)
    low = np.full(21, 100.0)
    close = np.full(21, 70.0)
    volume = np.full(21, 10.0)
    volume[20] = 100.0
    out = np.empty(21)
    breakout(Candles(high, low, close, volume, 0), 100, 3, 3, 20, 5, 10, 20.0, 0, out)
    assert out[20] == 0.0


def diverging(btc_low: float, eth_low: float, btc_high: float, eth_high: float) -> float:
    btc_highs, btc_lows, _ = flat(21)
    eth_highs, eth_lows, _ = flat(21)
    btc_lows[-1], eth_lows[-1], btc_highs[-1], eth_highs[-1] = btc_low, eth_low, btc_high, eth_high
    codes = smt_divergence(btc_highs, btc_lows, eth_highs, eth_lows)
    assert np.isnan(codes[:20]).all()
    return float(codes[-1])


def test_a_divergence_is_an_extreme_of_btc_that_eth_does_not_make() -> None:
    assert diverging(98.0, 99.0, 101.0, 101.0) == 1.0
    assert diverging(98.0, 98.0, 101.0, 101.0) == 0.0
    assert diverging(99.0, 99.0, 102.0, 101.0) == -1.0
    assert diverging(99.0, 99.0, 102.0, 102.0) == 0.0
    assert diverging(98.0, 99.0, 102.0, 101.0) == 0.0


def test_divergences_are_the_same_from_any_first_column() -> None:
    rng = np.random.default_rng(1)
    lows = np.cumsum(rng.standard_normal((2, 200)), axis=1)
    args = (lows[0] + 1, lows[0], lows[1] + 1, lows[1])
    codes = smt_divergence(*args)
    assert {-1.0, 0.0, 1.0} <= set(codes[20:])
    np.testing.assert_array_equal(smt_divergence(*args, first=150), codes[150:])


def test_a_missing_candle_of_either_makes_the_divergence_unknown() -> None:
    high, low, _ = flat(60)
    broken = low.copy()
    broken[30] = np.nan
    codes = smt_divergence(high, low, high, broken)
    assert np.isnan(codes[30:51]).all()
    assert not np.isnan(codes[51:]).any()


def test_btc_and_eth_of_different_length_are_refused() -> None:
    high, low, _ = flat(30)
    with pytest.raises(ValueError, match="same number of bars"):
        smt_divergence(high, low, high, low[1:])
