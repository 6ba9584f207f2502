"""Step tables and lists of rules: which row counts, and that n/a stays n/a."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.arrays import FloatArray
from hhq.regime import MacroRegime
from hhq.steps import (
    Numbers,
    Steps,
    by_index,
    first_that_holds,
    value_above,
    value_below,
    value_from,
    value_up_to,
)

RISING = ((1.0, 10.0), (2.0, 20.0))
FALLING = ((2.0, 20.0), (1.0, 10.0))
POINTS = np.array([0.5, 1.0, 1.5, 2.0, 2.5, np.nan])


@pytest.mark.parametrize(
    "look_up, steps, expected",
    [
        (value_up_to, RISING, [10, 10, 20, 20, 5, np.nan]),
        (value_below, RISING, [10, 20, 20, 5, 5, np.nan]),
        (value_above, FALLING, [5, 5, 10, 10, 20, np.nan]),
        (value_from, FALLING, [5, 10, 10, 20, 20, np.nan]),
    ],
)
def test_a_boundary_belongs_to_the_row_that_the_rule_names(
    look_up: Callable[[Numbers, Steps, float], FloatArray], steps: Steps, expected: list[float]
) -> None:
    np.testing.assert_array_equal(look_up(POINTS, steps, 5.0), expected)
    assert [float(look_up(float(x), steps, 5.0)) for x in POINTS[:-1]] == expected[:-1]


def test_an_index_that_is_missing_gives_no_value() -> None:
    np.testing.assert_array_equal(by_index((3.0, 4.0), np.array([1.0, np.nan, 0.0])), [4.0, np.nan, 3.0])


@pytest.mark.parametrize("index", [-1.0, 2.0])
def test_an_index_outside_the_table_is_refused(index: float) -> None:
    with pytest.raises(IndexError, match="2 rows"):
        by_index((3.0, 4.0), index)


@given(st.data(), st.integers(0, 6), st.integers(1, 5))
def test_the_first_rule_that_holds_is_the_one_of_numpys_select(
    data: st.DataObject, k: int, count: int
) -> None:
    conditions = [
        np.array(data.draw(st.lists(st.booleans(), min_size=k, max_size=k)), dtype=np.bool_)
        for _ in range(count)
    ]
    numbers = [data.draw(st.integers(-100, 100)) for _ in range(count)]
    values = [np.arange(k, dtype=np.float64) + number if number % 2 else number for number in numbers]
    found = first_that_holds(list(zip(conditions, values, strict=True)), 7, np.float64)
    np.testing.assert_array_equal(found, np.select(conditions, values, 7.0))
    assert found.dtype == np.float64


def test_members_of_an_enumeration_become_their_codes() -> None:
    rules = ((np.array([True, False]), MacroRegime.VOLATILE),)
    codes = first_that_holds(rules, MacroRegime.RANGING, np.int8)
    assert codes.dtype == np.int8
    assert codes.tolist() == [MacroRegime.VOLATILE, MacroRegime.RANGING]
