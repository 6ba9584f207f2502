"""Settled rates in memory match the core's formula, whatever order they come in."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from companion.market.funding import FundingMemory
from hhq.funding import HOUR_MS, funding_on_bars
from hhq.panel import CANDLE_MS, WINDOW

BEGIN = 480_000 * HOUR_MS
settlements = st.dictionaries(st.integers(0, 40), st.floats(-0.01, 0.01), min_size=1, max_size=30)


@given(settlements, st.randoms(use_true_random=False))
def test_rates_may_come_in_any_order_and_more_than_once(rates: dict[int, float], chance) -> None:  # type: ignore[no-untyped-def]
    memory = FundingMemory(2)
    hours = list(rates) * 2
    chance.shuffle(hours)
    for hour in hours:
        memory.put(1, BEGIN + 4 * hour * HOUR_MS + 7, rates[hour])
    times = np.array([BEGIN + 4 * hour * HOUR_MS + 7 for hour in sorted(rates)], dtype=np.int64)
    values = np.array([rates[hour] for hour in sorted(rates)])
    kept_times, kept_values = memory.settlements(1)
    assert kept_times.tolist() == times[-len(kept_times) :].tolist()
    assert kept_values.tolist() == values[-len(kept_times) :].tolist()
    assert memory.newest_ms(1) == times[-1]
    last_bar = int(times[-1]) // CANDLE_MS + 20
    first = last_bar - WINDOW + 1
    expected = funding_on_bars(times, values, first, WINDOW)
    np.testing.assert_array_equal(memory.on_bars(1, first, WINDOW), expected)
    panel = memory.panel(np.array([0, 1]), first, WINDOW)
    assert np.isnan(panel[0]).all()
    np.testing.assert_array_equal(panel[1], expected)


def test_a_corrected_rate_counts_and_a_missing_one_does_not() -> None:
    memory = FundingMemory()
    memory.grow(1)
    assert memory.newest_ms(0) == 0
    assert memory.put(0, BEGIN, 0.001)
    assert not memory.put(0, BEGIN, 0.001)
    assert memory.put(0, BEGIN, 0.002)
    assert not memory.put(0, BEGIN + HOUR_MS, float("nan"))
    assert memory.settlements(0)[1].tolist() == [0.002]


def test_rates_that_no_candle_of_the_window_reads_are_forgotten() -> None:
    memory = FundingMemory(1)
    for hour in range(0, 2_000, 8):
        memory.put(0, BEGIN + hour * HOUR_MS, 0.001)
    times, _ = memory.settlements(0)
    assert 16 <= times.size <= 20
    assert not memory.put(0, BEGIN, 0.001)
