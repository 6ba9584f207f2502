"""Intervals: they are Student's where each day has one trade, and keep their promise where a day's trades move together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from hhq.evidence.corrections import corrected
from hhq.evidence.interval import LEAST_COUNT, LEAST_DAYS, NOTHING, mean_by_days, paired_by_days


def test_with_one_trade_a_day_the_interval_is_students() -> None:
    values = np.random.default_rng(1).normal(0.2, 1.0, 60)
    found = mean_by_days(values, np.arange(60))
    expected = ttest_1samp(values, 0.0, alternative="greater")
    both = ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((both.low, both.high), rel=1e-9)
    assert found.p_above == pytest.approx(expected.pvalue, rel=1e-9)


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 40)), min_size=40, max_size=300))
def test_equal_weights_change_nothing_and_copies_of_a_trade_add_no_knowledge(
    rows: list[tuple[float, int]],
) -> None:
    values, days = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    plain, weighted = mean_by_days(values, days), mean_by_days(values, days, np.full(values.size, 3.0))
    twice = mean_by_days(np.tile(values, 2), np.tile(days, 2))
    for other in (weighted, twice):
        assert (other.mean, other.low, other.high) == pytest.approx(
            (plain.mean, plain.low, plain.high), rel=1e-6, abs=1e-9, nan_ok=True
        )


def test_intervals_of_trades_that_share_their_days_market_contain_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        counts = generator.integers(1, 40, 50)
        days = np.repeat(np.arange(50), counts)
        values = generator.normal(0.0, 1.0, 50)[days] + generator.normal(0.0, 1.0, days.size)
        found = mean_by_days(values, days)
        inside += found.low <= 0.0 <= found.high
    assert 0.90 <= inside / 400 <= 0.985


@pytest.mark.parametrize(("count", "days"), [(LEAST_COUNT - 1, 29), (LEAST_COUNT, LEAST_DAYS - 1), (500, 5)])
def test_too_few_days_or_trades_have_no_interval(count: int, days: int) -> None:
    found = mean_by_days(np.ones(count), np.arange(count) % days)
    assert not found.is_enough
    assert math.isnan(found.low)
    assert math.isnan(found.p_above)


def test_nothing_at_all_is_nothing() -> None:
    assert mean_by_days(np.empty(0), np.empty(0, dtype=np.int64)) == NOTHING
    weightless = mean_by_days(np.ones(50), np.arange(50), np.zeros(50))
    assert math.isnan(weightless.mean)
    assert math.isnan(weightless.low)


def test_values_that_never_differ_have_no_p_value() -> None:
    assert math.isnan(mean_by_days(np.ones(50), np.arange(50)).p_above)


def test_what_the_market_does_to_both_groups_cancels_out_of_their_difference() -> None:
    generator = np.random.default_rng(3)
    days = np.repeat(np.arange(60), 20)
    market = generator.normal(0.0, 2.0, 60)[days]
    one = market + 0.3 + generator.normal(0.0, 0.1, days.size)
    other = market + generator.normal(0.0, 0.1, days.size)
    found = paired_by_days((one, days), (other, days))
    assert found.low < 0.3 < found.high
    assert found.high - found.low < 0.05 < mean_by_days(one, days).high - mean_by_days(one, days).low


def test_a_difference_of_too_few_is_no_interval() -> None:
    days = np.arange(60)
    few = paired_by_days((np.ones(60), days), (np.ones(10), days[:10]))
    assert (few.count, few.days) == (70, 60)
    assert all(map(math.isnan, (few.mean, few.low, few.high, few.p_above, few.at_least(0.05))))
    assert math.isnan(paired_by_days((np.empty(0), np.empty(0, dtype=np.int64)), (np.ones(60), days)).mean)


def test_the_correction_grows_with_the_looks_and_leaves_the_unknown_alone() -> None:
    alone = corrected([0.01])
    among = corrected([0.01, math.nan, *np.linspace(0.2, 1.0, 19)])
    assert alone.tolist() == [0.01]
    assert among[0] > 0.2
    assert math.isnan(among[1])
    assert np.isnan(corrected([math.nan])).all()
