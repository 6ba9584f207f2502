"""The whale z-score against the standard library's statistics."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.recording.whales import FlowHistory, whale_z

FLOWS = st.lists(st.one_of(st.just(float("nan")), st.integers(-5_000_000, 5_000_000).map(float)), max_size=60)
MOST, LEAST = 25, 20


@given(FLOWS, st.integers(-5_000_000, 5_000_000))
def test_the_z_is_the_flow_standardised_on_the_last_known_flows(flows: list[float], flow: int) -> None:
    history = FlowHistory(2, MOST)
    for value in flows:
        history.put(np.array([value, np.nan]))
    z = whale_z(np.array([float(flow), 1.0]), history, LEAST)
    known = [value for value in flows if value == value][-MOST:]  # NaN is what differs from itself
    if len(known) < LEAST or len(set(known)) == 1:
        assert np.isnan(z[0])
    else:
        expected = (flow - statistics.fmean(known)) / statistics.stdev(known)
        assert z[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert np.isnan(z[1])
    assert history.count.tolist() == [len(known), 0]


@given(FLOWS)
def test_a_restored_history_is_the_one_that_was_lived_through(flows: list[float]) -> None:
    lived, restored = FlowHistory(1, MOST), FlowHistory(1, MOST)
    for value in flows:
        lived.put(np.array([value]))
    restored.restore(0, np.array(flows, dtype=np.float64))
    for value in (3.0, 4.0):
        lived.put(np.array([value]))
        restored.put(np.array([value]))
        np.testing.assert_allclose(restored.mean, lived.mean, rtol=1e-12)
        np.testing.assert_allclose(restored.deviation, lived.deviation, rtol=1e-12)
        np.testing.assert_array_equal(restored.count, lived.count)


def test_a_past_without_any_known_flow_is_no_past() -> None:
    history = FlowHistory(2, MOST)
    history.put(np.array([1.0, np.nan]))
    for coin in (0, 1):
        history.restore(coin, np.array([np.nan, np.nan]))
    assert history.count.tolist() == [0, 0]
    assert np.isnan(history.mean).all()
    assert np.isnan(history.deviation).all()


def test_the_mirrored_market_has_the_mirrored_z() -> None:
    flows = np.random.default_rng(1).normal(size=40)
    one, other = FlowHistory(1, MOST), FlowHistory(1, MOST)
    for value in flows:
        one.put(np.array([value]))
        other.put(np.array([-value]))
    assert whale_z(np.array([2.5]), one, LEAST)[0] == -whale_z(np.array([-2.5]), other, LEAST)[0]


def test_a_coin_that_is_listed_later_begins_without_a_past() -> None:
    history = FlowHistory(1, MOST)
    for value in range(30):
        history.put(np.array([float(value)]))
    history.grow(2)
    history.grow(1)
    assert history.coins == 2
    z = whale_z(np.array([50.0, 50.0]), history, LEAST)
    assert z[0] > 0.0
    assert np.isnan(z[1])
