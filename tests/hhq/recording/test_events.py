"""Sums of events over a stretch of time, against a plain loop."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hhq.recording.events import EventLog

EVENTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3), st.integers(-1000, 1000)), max_size=300)


@given(EVENTS, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_sums_are_those_of_the_events_after_one_moment_and_up_to_another(
    events: list[tuple[int, int, int]], a: int, b: int, forgotten: int
) -> None:
    after, until = min(a, b), max(a, b)
    log = EventLog()
    for time, coin, amount in events:
        log.add(time, coin, float(amount))
    log.forget(forgotten)
    kept = [event for event in events if event[0] > forgotten]
    assert len(log) == len(kept)
    expected = [sum(e[2] for e in kept if e[1] == coin and after < e[0] <= until) for coin in range(4)]
    np.testing.assert_array_equal(log.sums(after, until, 4), np.array(expected, dtype=np.float64))


def test_without_events_the_sum_is_a_real_0() -> None:
    np.testing.assert_array_equal(EventLog().sums(0, 100, 2), [0.0, 0.0])


def test_no_event_is_lost_when_there_are_many() -> None:
    log = EventLog()
    for number in range(1000):
        log.add(number, number % 2, 1.0)
    np.testing.assert_array_equal(log.sums(-1, 999, 2), [500.0, 500.0])
