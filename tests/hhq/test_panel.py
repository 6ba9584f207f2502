from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from hhq.panel import CANDLE_MS, Panel, RecordedRows, aggregate, last_closed


def ramp(bars: int, coins: int = 1) -> np.ndarray:
    return np.arange(1.0, bars * coins + 1).reshape(coins, bars)


def test_a_panel_knows_its_coins_bars_and_times() -> None:
    panel = Panel(("A", "B"), 7, *(ramp(5, 2) for _ in range(5)))
    assert (panel.coins, panel.bars) == (2, 5)
    np.testing.assert_array_equal(panel.open_time, np.arange(7, 12) * CANDLE_MS)


@pytest.mark.parametrize("bad", [ramp(4), ramp(5).astype(np.float32), ramp(5, 2)])
def test_a_panel_refuses_an_array_of_another_shape_or_type_and_names_it(bad: np.ndarray) -> None:
    arrays = [ramp(5) for _ in range(5)]
    arrays[1] = bad
    with pytest.raises(ValueError, match=r"panel\.high"):
        Panel(("A",), 0, *arrays)


def test_rows_that_were_not_recorded_are_nan() -> None:
    rows = RecordedRows.not_available(2, 3)
    assert rows.spread_pct.shape == (2, 3)
    assert np.isnan(rows.liquidated_longs).all()


@pytest.mark.parametrize("first_bar", [0, 1, 11, 5_842_123])
def test_the_last_closed_candle_ends_on_the_clock_and_not_in_the_future(first_bar: int) -> None:
    for column in range(30):
        end = last_closed(column, first_bar, 12)
        assert (first_bar + end + 1) % 12 == 0
        assert column - 12 < end <= column


@pytest.mark.parametrize("first_bar", [0, 1, 2, 5])
def test_only_complete_candles_are_aggregated(first_bar: int) -> None:
    rng = np.random.default_rng(first_bar)
    low = rng.uniform(1, 2, 11)
    high = low + 1.0
    close = low + 0.5
    highs, lows, closes = aggregate(high, low, close, first_bar, 3)
    begin = -first_bar % 3
    count = (11 - begin) // 3
    whole = slice(begin, begin + 3 * count)
    np.testing.assert_array_equal(highs, high[whole].reshape(count, 3).max(axis=1))
    np.testing.assert_array_equal(lows, low[whole].reshape(count, 3).min(axis=1))
    np.testing.assert_array_equal(closes, close[whole].reshape(count, 3)[:, -1])


def test_less_than_one_candle_aggregates_to_nothing() -> None:
    ones = np.ones(2)
    for array in aggregate(ones, ones, ones, 1, 48):
        assert len(array) == 0


def test_rows_of_funding_know_nothing_else() -> None:
    funding = np.array([[0.01, np.nan], [-0.02, 0.0]])
    rows = RecordedRows.of_funding(funding)
    np.testing.assert_array_equal(rows.funding_rate, funding)
    for field in fields(RecordedRows):
        values = getattr(rows, field.name)
        assert values.shape == (2, 2)
        assert field.name == "funding_rate" or np.isnan(values).all()
