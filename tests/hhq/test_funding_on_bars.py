"""Funding at each candle's close, comparable between coins that pay every 8, 4 or 1 hours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.funding import HOUR_MS, funding_on_bars
from hhq.panel import CANDLE_MS

BEGIN = 20_000 * 24 * HOUR_MS
PER_HOUR = HOUR_MS // CANDLE_MS


def times(*hours: float) -> np.ndarray:
    return np.array([BEGIN + int(hour * HOUR_MS) for hour in hours], dtype=np.int64)


def closing_at(hour: float) -> int:
    """Clock number of the candle that closes `hour` hours after the beginning."""
    return BEGIN // CANDLE_MS + int(hour * PER_HOUR) - 1


NEXT = 1 / PER_HOUR
"""A candle in hours."""


def at(hour: float, settled: np.ndarray, rates: list[float]) -> float:
    return float(funding_on_bars(settled, np.array(rates), closing_at(hour), 1)[0])


@pytest.mark.parametrize(("interval", "normalised"), [(8, 0.01), (4, 0.02), (2, 0.04), (1, 0.08)])
def test_a_rate_is_normalised_to_eight_hours(interval: int, normalised: float) -> None:
    assert at(interval + NEXT, times(0, interval), [0.0, 0.0001]) == pytest.approx(normalised)


def test_a_rate_counts_from_the_first_candle_that_closes_after_its_settlement() -> None:
    settled = times(0, 8, 16)
    rates = [0.0001, 0.0002, 0.0003]
    assert at(16, settled, rates) == pytest.approx(0.02)
    assert at(16 + NEXT, settled, rates) == pytest.approx(0.03)


def test_a_settlement_stamped_milliseconds_late_counts_from_its_minute() -> None:
    settled = times(0, 8) + np.array([3, 17])
    assert at(8 + NEXT, settled, [0.0, 0.0002]) == pytest.approx(0.02)
    assert np.isnan(at(8, settled, [0.0, 0.0002]))


def test_nothing_is_known_before_the_second_rate() -> None:
    settled = times(0, 8)
    assert np.isnan(at(-1, settled, [0.1, 0.2]))
    assert np.isnan(at(4, settled, [0.1, 0.2]))
    assert np.isnan(funding_on_bars(times(0), np.array([0.1]), closing_at(1), 50)).all()
    assert np.isnan(funding_on_bars(times(), np.array([]), closing_at(1), 50)).all()


def test_a_rate_of_zero_is_a_value() -> None:
    assert at(9, times(0, 8), [0.1, 0.0]) == 0.0


def test_a_rate_older_than_two_intervals_is_not_available() -> None:
    settled = times(0, 8)
    assert at(24, settled, [0.0, 0.0001]) == pytest.approx(0.01)
    assert np.isnan(at(24 + NEXT, settled, [0.0, 0.0001]))


def test_a_hole_in_the_history_is_no_interval() -> None:
    settled = times(0, 8, 32, 40)
    rates = [0.0001, 0.0002, 0.0003, 0.0004]
    assert np.isnan(at(33, settled, rates))
    assert at(41, settled, rates) == pytest.approx(0.04)


def test_two_rates_of_one_moment_give_no_interval() -> None:
    assert np.isnan(at(9, times(0, 8, 8), [0.0001, 0.0002, 0.0003]))


def test_a_coin_that_changes_to_four_hours_is_normalised_by_each_interval() -> None:
    settled = times(0, 8, 12, 16)
    rates = [0.0001] * 4
    assert [at(hour, settled, rates) for hour in (9, 13, 17)] == pytest.approx([0.01, 0.02, 0.02])


@given(st.integers(0, 400), st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_the_value_of_a_candle_does_not_depend_on_where_the_array_begins_nor_on_later_rates(
    begin: int, bars: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    settled = times(*np.cumsum(rng.choice([1, 4, 8, 24], 12)))
    rates = rng.normal(0, 1e-4, 12)
    first = closing_at(0)
    whole = funding_on_bars(settled, rates, first, 700)
    part = funding_on_bars(settled, rates, first + begin, bars)
    np.testing.assert_array_equal(part, whole[begin : begin + bars])
    end_ms = (first + begin + bars) * CANDLE_MS
    known = settled <= end_ms
    earlier = funding_on_bars(settled[known], rates[known], first + begin, bars)
    np.testing.assert_array_equal(earlier, part)
