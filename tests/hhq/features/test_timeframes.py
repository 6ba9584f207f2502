from __future__ import annotations

import numpy as np
import pytest
import talib

from hhq.arrays import FloatArray
from hhq.features.candles import Candles
from hhq.features.timeframes import atr_1h, timeframe


def candles(bars: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    rng = np.random.default_rng(3)
    close = 7.0 * np.exp(np.cumsum(0.002 * rng.standard_normal(bars)))
    return close * (1 + 0.001 * rng.random(bars)), close * (1 - 0.001 * rng.random(bars)), close


def closed_before(column: int, bar: int, size: int) -> list[int]:
    """Columns that end a complete candle of the timeframe, up to ``column``."""
    return [t for t in range(size - 1, column + 1) if (bar + t + 1) % size == 0]


@pytest.mark.parametrize("bar", [0, 1, 5_842_123])
@pytest.mark.parametrize("size", [3, 12])
def test_gap_and_changes_come_from_the_last_closed_candle(bar: int, size: int) -> None:
    close = candles(160)[2]
    out = np.empty((3, 160))
    timeframe(close, bar, size, 4, 6, 2, 8, 0, out)
    for t in range(160):
        closes = close[closed_before(t, bar, size)]
        expected = [np.nan] * 3
        if len(closes) >= 6:
            mean = closes[-6]
            for value in closes[-5:]:
                mean += 0.4 * (value - mean)
            expected[0] = (closes[-1] / mean - 1.0) * 100.0
        for k, steps in ((1, 2), (2, 8)):
            if len(closes) > steps:
                expected[k] = (closes[-1] / closes[-1 - steps] - 1.0) * 100.0
        np.testing.assert_allclose(out[:, t], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("first", [0, 7, 12, 159])
def test_any_first_column_gives_the_same(first: int) -> None:
    high, low, close = candles(160)
    out, part = np.empty((4, 160)), np.empty((4, 160 - first))
    timeframe(close, 5, 12, 4, 6, 2, 8, 0, out[:3])
    timeframe(close, 5, 12, 4, 6, 2, 8, first, part[:3])
    atr_1h(Candles(high, low, close, close, 5), 8, 4, 0, out[3])
    atr_1h(Candles(high, low, close, close, 5), 8, 4, first, part[3])
    np.testing.assert_array_equal(part, out[:, first:])


@pytest.mark.parametrize("bar", [0, 5, 11])
def test_the_hourly_atr_is_that_of_talib_on_the_last_hours_alone(bar: int) -> None:
    high, low, close = candles(200)
    out = np.empty(200)
    atr_1h(Candles(high, low, close, close, bar), 8, 4, 0, out)
    for t in range(200):
        ends = closed_before(t, bar, 12)
        if len(ends) < 8:
            assert np.isnan(out[t])
            continue
        hours = [slice(end - 11, end + 1) for end in ends[-8:]]
        theirs = talib.ATR(
            np.array([high[h].max() for h in hours]),
            np.array([low[h].min() for h in hours]),
            np.array([close[h][-1] for h in hours]),
            4,
        )
        assert out[t] == pytest.approx(theirs[-1], rel=1e-10)
