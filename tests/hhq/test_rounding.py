from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.arrays import LARGEST_ROUNDED, SMALLEST_ROUNDED, round_all, round_significant


def by_formatting(value: float) -> float:
    return float(f"{value:.9g}")


@given(st.floats(SMALLEST_ROUNDED, LARGEST_ROUNDED), st.sampled_from([1.0, -1.0]))
def test_rounding_equals_formatting_with_nine_digits(magnitude: float, sign: float) -> None:
    assert round_significant(magnitude * sign) == by_formatting(magnitude * sign)


@given(st.integers(10**8, 10**9 - 1), st.integers(-45, 45))
def test_what_looks_like_a_tie_is_decided_by_the_exact_value(digits: int, exponent: int) -> None:
    value = float(f"{digits}5e{exponent}")
    assert round_significant(value) == by_formatting(value)


@pytest.mark.parametrize(
    "value", [100000000.5, 100000001.5, 2000000025.0, 2000000035.0, 1.0000000050, 0.5 + 1e8]
)
def test_a_true_tie_goes_to_the_even_digit(value: float) -> None:
    assert round_significant(value) == by_formatting(value)


@pytest.mark.parametrize("exponent", range(-279, 280, 3))
def test_neighbours_of_powers_of_ten_are_rounded_right(exponent: int) -> None:
    power = float(f"1e{exponent}")
    for value in (power, math.nextafter(power, 0.0), math.nextafter(power, math.inf), -power):
        assert round_significant(value) == by_formatting(value)


def test_a_rounded_value_stays_as_it_is() -> None:
    for value in (0.1, 1 / 3, 123456.789, 1e-5 / 3):
        assert round_significant(round_significant(value)) == round_significant(value)


@pytest.mark.parametrize("value", [0.0, math.inf, -math.inf, 1e-300, -1e300])
def test_zero_infinities_and_absurd_magnitudes_come_back_unchanged(value: float) -> None:
    assert round_significant(value) == value


def test_nan_stays_nan() -> None:
    assert math.isnan(round_significant(math.nan))


def test_an_array_is_rounded_in_place_like_its_values() -> None:
    rng = np.random.default_rng(3)
    values = rng.standard_normal(300) * 10.0 ** rng.integers(-40, 40, 300)
    values[:100] = 100.0 + rng.standard_normal(100)
    expected = [by_formatting(value) for value in values]
    round_all(values)
    np.testing.assert_array_equal(values, expected)


def test_an_array_keeps_no_infinity_and_no_negative_zero() -> None:
    values = np.array([np.inf, -np.inf, -0.0, np.nan, 1e-300])
    round_all(values)
    np.testing.assert_array_equal(values, [np.nan, np.nan, 0.0, np.nan, 1e-300])
    assert not np.signbit(values[2])
