"""Flash moves: hysteresis, finite memory, minutes since the end."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.market.flash import flash_states

NAN, INF = float("nan"), float("inf")


def states(moves: list[float], memory: int = 288, first: int = 0) -> tuple[list[float], list[float]]:
    state, minutes = flash_states(np.array(moves), 2.0, 1.0, memory, first)
    return state.tolist(), minutes.tolist()


def test_a_flash_move_starts_above_its_start_and_ends_below_its_end() -> None:
    state, minutes = states([0.0, 2.0, 2.01, 1.5, 1.0, 0.99, 1.5, 2.0])
    assert state == [0, 0, 1, 1, 1, 0, 0, 0]
    assert minutes == [INF, INF, 0, 0, 0, 0, 5, 10]


def test_minutes_are_counted_from_the_close_of_the_first_candle_without_it() -> None:
    _, minutes = states([3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert minutes == [0, 0, 5, 10, 15, 20, 25, 30]


def test_a_start_without_an_end_is_over_when_it_leaves_the_memory() -> None:
    state, minutes = states([3.0] + [1.5] * 6, memory=4)
    assert state == [1, 1, 1, 1, 0, 0, 0]
    assert minutes == [0, 0, 0, 0, 0, 5, 10]


def test_an_end_leaves_the_memory_as_well() -> None:
    _, minutes = states([3.0] + [0.0] * 5, memory=4)
    assert minutes == [0, 0, 5, 10, INF, INF]


def test_a_missing_move_is_no_crossing_and_has_no_state() -> None:
    state, minutes = states([3.0, NAN, 1.5])
    np.testing.assert_array_equal(state, [1, NAN, 1])
    np.testing.assert_array_equal(minutes, [0, NAN, 0])


def test_only_the_requested_candles_are_returned() -> None:
    state, minutes = states([3.0, 0.0, 0.0], first=2)
    assert (state, minutes) == ([0], [5])


def reference(moves: list[float], memory: int, bar: int) -> tuple[float, float]:
    """The definition taken literally, one bar at a time."""

    def is_on(t: int) -> bool:
        for k in range(t, max(t - memory, -1), -1):
            if moves[k] > 2.0:
                return True
            if moves[k] < 1.0:
                return False
        return False

    if math.isnan(moves[bar]):
        return NAN, NAN
    for t in range(bar, max(bar - memory, -1), -1):
        if is_on(t):
            return float(t == bar), max(bar - t - 1, 0) * 5.0
    return 0.0, INF


MOVES = st.lists(st.sampled_from([0.0, 0.99, 1.0, 1.5, 2.0, 2.01, NAN]), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(moves=MOVES, memory=st.integers(2, 6), data=st.data())
def test_the_states_equal_the_definition_read_literally(
    moves: list[float], memory: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(moves) - 1))
    found = flash_states(np.array(moves), 2.0, 1.0, memory, first)
    expected = [reference(moves, memory, bar) for bar in range(first, len(moves))]
    np.testing.assert_array_equal(np.array(found), np.array(expected).T)


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_the_state_does_not_depend_on_where_the_series_begins(cut: int) -> None:
    moves = np.tile([3.0, 1.5, 1.5, 1.5, 1.5, 0.0, 1.2], 10)
    memory = 4
    whole = flash_states(moves, 2.0, 1.0, memory, 0)
    later = flash_states(moves[cut:], 2.0, 1.0, memory, 2 * memory)
    np.testing.assert_array_equal(np.array(whole)[:, cut + 2 * memory :], np.array(later))
