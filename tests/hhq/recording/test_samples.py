"""The ring of samples and its trend, against a plain list."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hhq.recording.samples import RING, SampleRing, imbalance_trend

STEPS = st.lists(st.tuples(st.integers(-3, 130), st.floats(-100, 100)), max_size=60)


@given(STEPS)
def test_the_ring_holds_what_was_sampled_and_nothing_in_place_of_what_was_not(
    steps: list[tuple[int, float]],
) -> None:
    ring, known = SampleRing(1), dict[int, float]()
    number = newest = 1000
    for step, value in steps:
        number = newest + step
        ring.put(number, np.array([value]))
        if not known or number > newest:
            known[number], newest = value, number
    expected = [known.get(k, np.nan) for k in range(newest - RING + 1, newest + 1)]
    np.testing.assert_array_equal(ring.last(RING)[0], expected)
    np.testing.assert_array_equal(ring.last(7)[0], expected[-7:])


@given(st.lists(st.floats(-100, 100), min_size=30, max_size=30))
def test_the_trend_is_the_mean_of_the_last_10_minus_that_of_the_20_before(values: list[float]) -> None:
    trend = imbalance_trend(np.array([values]), recent=10)[0]
    assert abs(trend - (sum(values[20:]) / 10 - sum(values[:20]) / 20)) < 1e-9
    assert abs(imbalance_trend(-np.array([values]), recent=10)[0] + trend) < 1e-9


@given(st.integers(0, 29))
def test_one_missing_sample_makes_the_trend_missing(at: int) -> None:
    samples = np.zeros((2, 30))
    samples[0, at] = np.nan
    trend = imbalance_trend(samples, recent=10)
    assert np.isnan(trend[0])
    assert trend[1] == 0.0


def test_a_coin_that_is_listed_later_has_no_samples_before() -> None:
    ring = SampleRing(1)
    ring.put(5, np.array([1.0]))
    ring.grow(3)
    ring.grow(2)
    ring.put(6, np.array([2.0, 3.0, 4.0]))
    np.testing.assert_array_equal(ring.last(2), [[1.0, 2.0], [np.nan, 3.0], [np.nan, 4.0]])
