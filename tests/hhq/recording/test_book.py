"""Spread, imbalance and basis against their plain definitions; what is missing stays missing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hhq.recording.book import basis_pct, imbalance, spread_pct

ANY = st.floats(allow_nan=True, allow_infinity=True)
PRICE = st.floats(min_value=1e-8, max_value=1e7)
QUANTITY = st.floats(min_value=0.0, max_value=1e12)


def one(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([value])


@given(PRICE, PRICE)
def test_spread_is_the_distance_of_the_best_prices_in_percent_of_their_middle(a: float, b: float) -> None:
    bid, ask = min(a, b), max(a, b)
    middle = (bid + ask) / 2
    assert spread_pct(one(bid), one(ask))[0] == pytest.approx((ask - bid) / middle * 100, rel=1e-12)
    if bid != ask:
        assert math.isnan(spread_pct(one(ask), one(bid))[0])


@given(QUANTITY, QUANTITY)
def test_imbalance_lies_between_minus_and_plus_100_and_turns_its_sign_with_the_book(
    a: float, b: float
) -> None:
    value = imbalance(one(a), one(b))[0]
    if a + b == 0.0:
        assert math.isnan(value)
        return
    assert -100.0 <= value <= 100.0
    assert value == -imbalance(one(b), one(a))[0]
    assert value == pytest.approx((a - b) / (a + b) * 100, rel=1e-12)


@given(PRICE, PRICE)
def test_basis_is_the_distance_of_the_perpetual_from_its_index(perpetual: float, index: float) -> None:
    expected = (perpetual - index) / index * 100
    assert basis_pct(one(perpetual), one(index))[0] == pytest.approx(expected, rel=1e-12)


def test_a_real_0_is_a_value() -> None:
    assert spread_pct(one(5.0), one(5.0))[0] == 0.0
    assert imbalance(one(3.0), one(3.0))[0] == 0.0
    assert basis_pct(one(7.0), one(7.0))[0] == 0.0


@given(ANY, ANY)
@example(math.inf, -math.inf)
def test_impossible_values_are_missing_and_never_infinite(a: float, b: float) -> None:
    for formula in (spread_pct, imbalance, basis_pct):
        value = formula(one(a), one(b))[0]
        assert math.isnan(value) or math.isfinite(value)
    for bad in (math.nan, math.inf, -1.0):
        assert math.isnan(spread_pct(one(bad), one(1.0))[0])
        assert math.isnan(spread_pct(one(1.0), one(bad))[0])
        assert math.isnan(imbalance(one(bad), one(5.0))[0])
        assert math.isnan(imbalance(one(5.0), one(bad))[0])
        assert math.isnan(basis_pct(one(bad), one(1.0))[0])
        assert math.isnan(basis_pct(one(1.0), one(bad))[0])
