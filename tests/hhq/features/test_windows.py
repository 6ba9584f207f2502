from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.features.recursion import recursion_start, recursion_stop, sign_beyond, turn
from hhq.features.windows import rolling_extreme, rolling_sum, window_mean, window_squares


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 30))
def test_mean_and_squares_equal_numpy(count: int, extra: int, seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal(count + extra)
    window = values[extra:]
    mean = window_mean(values, len(values), count)
    assert mean == pytest.approx(window.mean(), rel=1e-12, abs=1e-14)
    squares = window_squares(values, len(values), count, mean)
    assert squares == pytest.approx(((window - mean) ** 2).sum(), rel=1e-12)


@given(st.data())
def test_a_rolling_sum_has_equal_bits_whatever_the_start(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 60))
    window = data.draw(st.integers(1, 20))
    bar = data.draw(st.integers(0, 50))
    begin = data.draw(st.integers(0, n - 1))
    first = data.draw(st.integers(begin, n - 1))
    values = np.random.default_rng(n).lognormal(0, 3, n)
    whole = np.empty(n)
    rolling_sum(values, bar, window, 0, whole)
    part = np.empty(n - first)
    rolling_sum(values[begin:].copy(), bar + begin, window, first - begin, part)
    reachable = np.arange(first, n) >= begin + window - 1
    np.testing.assert_array_equal(part[reachable], whole[first:][reachable])
    assert np.isnan(part[~reachable]).all()
    for t in range(window - 1, n):
        assert whole[t] == pytest.approx(values[t - window + 1 : t + 1].sum(), rel=1e-13)


@given(st.data())
def test_rolling_extremes_equal_numpy(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 60))
    window = data.draw(st.integers(1, 20))
    first = data.draw(st.integers(0, n - 1))
    values = np.random.default_rng(n).integers(0, 9, n).astype(float)
    highest = np.empty(n - first)
    lowest = np.empty(n - first)
    rolling_extreme(values, window, 1.0, first, highest)
    rolling_extreme(values, window, -1.0, first, lowest)
    for j, t in enumerate(range(first, n)):
        seen = values[t - window + 1 : t + 1] if t >= window - 1 else np.array([np.nan])
        np.testing.assert_array_equal([highest[j], lowest[j]], [seen.max(), seen.min()])


@given(st.integers(0, 3000), st.integers(0, 5000), st.integers(100, 700))
def test_a_recursion_has_seen_one_to_two_blocks(column: int, bar: int, block: int) -> None:
    start = recursion_start(column, bar, block)
    stop = recursion_stop(column, bar, block, 10_000)
    assert start == 0 or block <= column - start < 2 * block
    assert column < stop <= column + block
    assert (bar + stop) % block == 0
    assert recursion_stop(column, bar, block, column + 1) == column + 1


def test_signs_and_turns_are_nan_for_nan_and_ignore_noise() -> None:
    signs = [sign_beyond(value, 0.1) for value in (2.0, -2.0, 0.05, -0.05, np.nan)]
    np.testing.assert_array_equal(signs, [1.0, -1.0, 0.0, 0.0, np.nan])
    turns = [
        turn(1.0, 1.0),
        turn(-1.0, 1.0),
        turn(0.0, -1.0),
        turn(1.0, 0.0),
        turn(np.nan, 1.0),
        turn(1.0, np.nan),
    ]
    np.testing.assert_array_equal(turns, [0.0, 1.0, -1.0, 0.0, np.nan, np.nan])
