"""Entry price, life of a waiting order, size factor of a signal."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.entry import (
    MINUTE_MS,
    EntryCancel,
    WaitingEntry,
    entry_order_outlook,
    entry_price,
    pullback_fraction,
    resting_price,
    runs_with_the_trend,
    size_factor,
    volume_profile_boost,
)
from hhq.settings.base import parse
from hhq.settings.entry import EntrySettings

no_deadline = hypothesis_settings(deadline=None)

DEFAULTS = EntrySettings()
ORDER = WaitingEntry(
    side=1,
    placed_at=1_000_000,
    now=1_000_000 + MINUTE_MS,
    signal_price=100.0,
    price=100.0,
    zscore=-2.0,
    threshold=1.6,
    opposite_signal=False,
    veto=False,
    guard=False,
)


def test_the_pullback_is_made_of_atr_spread_and_tightness() -> None:
    found = float(pullback_fraction(1.0, 100.0, 0.05, DEFAULTS))
    assert found == pytest.approx((0.4 * 0.01 + 0.5 * 0.0005) * math.sqrt(1.8))


def test_a_tightness_at_its_lower_bound_still_waits() -> None:
    low = parse(EntrySettings, {"entry_tightness": 0.5})
    assert float(pullback_fraction(1.0, 100.0, 0.0, low)) == pytest.approx(0.004 * math.sqrt(0.5))


def test_the_pullback_is_at_most_a_tenth() -> None:
    assert float(pullback_fraction(50.0, 100.0, 1.0, DEFAULTS)) == 0.1


@pytest.mark.parametrize(
    "atr, price, spread", [(math.nan, 100.0, 0.05), (1.0, math.nan, 0.05), (1.0, 100.0, math.nan)]
)
def test_a_missing_input_gives_no_entry_price(atr: float, price: float, spread: float) -> None:
    assert math.isnan(entry_price(price, 1.0, pullback_fraction(atr, price, spread, DEFAULTS)))


@pytest.mark.parametrize(
    "trending, adx, daily, side, without",
    [
        (True, 30.1, 1.0, 1.0, True),
        (True, 30.1, -2.0, -1.0, True),
        (True, 30.0, 1.0, 1.0, False),
        (True, 40.0, -1.0, 1.0, False),
        (True, 40.0, 0.0, 1.0, False),
        (False, 40.0, 1.0, 1.0, False),
        (True, math.nan, 1.0, 1.0, False),
        (True, 40.0, math.nan, 1.0, False),
    ],
)
def test_only_a_strong_trend_with_the_side_enters_without_a_pullback(
    trending: bool, adx: float, daily: float, side: float, without: bool
) -> None:
    found = runs_with_the_trend(trending, adx, daily, side, DEFAULTS.pullback)
    assert bool(found) is without
    assert (float(pullback_fraction(1.0, 100.0, 0.05, DEFAULTS, without=found)) == 0.0) is without


def test_a_long_waits_below_the_market_and_a_short_above() -> None:
    np.testing.assert_allclose(
        entry_price(np.array([100.0, 100.0]), np.array([1.0, -1.0]), 0.01), [99.0, 101.0]
    )


@no_deadline
@given(
    atr_share=st.floats(0.0, 1.0),
    spread=st.floats(0.0, 5.0),
    tightness=st.floats(0.5, 4.0),
    side=st.sampled_from([1.0, -1.0]),
)
def test_an_entry_price_is_never_worse_than_the_market(
    atr_share: float, spread: float, tightness: float, side: float
) -> None:
    settings = parse(EntrySettings, {"entry_tightness": tightness})
    wait = float(pullback_fraction(atr_share * 100, 100.0, spread, settings))
    assert 0.0 <= wait <= 0.1
    assert (100.0 - float(entry_price(100.0, side, wait))) * side >= 0.0


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({}, None),
        ({"opposite_signal": True}, EntryCancel.OPPOSITE_SIGNAL),
        ({"veto": True}, EntryCancel.VETO),
        ({"guard": True}, EntryCancel.GUARD),
        ({"zscore": -0.79}, EntryCancel.Z_FADED),
        ({"zscore": 0.79}, EntryCancel.Z_FADED),
        ({"zscore": -0.8}, None),
        ({"zscore": 0.0}, EntryCancel.Z_FADED),
        ({"zscore": math.nan}, None),
        ({"price": 103.0}, None),
        ({"price": 103.01}, EntryCancel.MOVED_AWAY),
        ({"price": 90.0}, None),
        ({"side": -1, "price": 96.99}, EntryCancel.MOVED_AWAY),
        ({"side": -1, "price": 110.0}, None),
        ({"price": math.nan}, None),
        ({"now": 1_000_000 + 30 * MINUTE_MS - 1}, None),
        ({"now": 1_000_000 + 30 * MINUTE_MS}, EntryCancel.EXPIRED),
        ({"opposite_signal": True, "veto": True}, EntryCancel.OPPOSITE_SIGNAL),
    ],
)
def test_a_waiting_order_is_cancelled_for_the_first_reason_that_applies(
    changes: dict[str, object], reason: EntryCancel | None
) -> None:
    assert entry_order_outlook(replace(ORDER, **changes), DEFAULTS.order) is reason  # type: ignore[arg-type]  # rows of several types


# Value area 95 … 110 around a point of control at 102.
@pytest.mark.parametrize(
    "price, side, boost",
    [
        (95.0, 1.0, 0.3),
        (95.4, 1.0, 0.3),
        (95.6, 1.0, 0.1),
        (95.0, -1.0, 0.0),
        (110.0, -1.0, 0.3),
        (110.0, 1.0, 0.0),
        (102.4, 1.0, 0.2),
        (102.4, -1.0, 0.2),
        (99.0, 1.0, 0.1),
        (99.0, -1.0, 0.0),
        (105.0, -1.0, 0.1),
        (105.0, 1.0, 0.0),
        (math.nan, 1.0, 0.0),
    ],
)
def test_a_good_place_in_the_volume_profile_raises_the_size(price: float, side: float, boost: float) -> None:
    assert float(volume_profile_boost(price, side, 102.0, 110.0, 95.0, DEFAULTS.size)) == boost


def test_no_volume_profile_gives_no_boost() -> None:
    nan = math.nan
    assert float(volume_profile_boost(95.0, 1.0, nan, nan, nan, DEFAULTS.size)) == 0.0


@pytest.mark.parametrize(
    "score, tier", [(68.0, 0.8), (79.999, 0.8), (80.0, 1.0), (89.999, 1.0), (90.0, 1.5), (100.0, 1.5)]
)
def test_a_higher_score_is_a_larger_position(score: float, tier: float) -> None:
    assert float(size_factor(score, 1.0, 1.0, 1.0, 0.0, DEFAULTS.size)) == tier


def test_the_size_factor_is_the_product_of_its_parts() -> None:
    found = size_factor(np.array([95.0, 70.0]), 1.1, np.array([1.0, 0.25]), 0.8, 0.3, DEFAULTS.size)
    np.testing.assert_allclose(found, [1.5 * 1.1 * 0.8 * 1.3, 0.8 * 1.1 * 0.25 * 0.8 * 1.3])
    assert math.isnan(size_factor(math.nan, 1.0, 1.0, 1.0, 0.0, DEFAULTS.size))


@no_deadline
@given(
    price=st.floats(50.0, 150.0),
    poc=st.floats(50.0, 150.0),
    high=st.floats(50.0, 150.0),
    low=st.floats(50.0, 150.0),
)
def test_the_boost_of_a_short_is_that_of_a_long_on_the_mirrored_market(
    price: float, poc: float, high: float, low: float
) -> None:
    long = volume_profile_boost(price, 1.0, poc, high, low, DEFAULTS.size)
    mirrored = (2 * price - poc, 2 * price - low, 2 * price - high)
    short = volume_profile_boost(price, -1.0, *mirrored, DEFAULTS.size)
    near_a_boundary = any(
        abs(abs(price - level) / price - 0.005) < 1e-9 or abs(price - level) < 1e-9
        for level in (poc, high, low)
    )
    assert near_a_boundary or float(long) == float(short)


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.sampled_from([1.0, -1.0]))
def test_an_order_never_crosses_the_market_and_moves_only_away_from_it(
    price: float, market: float, side: float
) -> None:
    resting = float(resting_price(price, market, side))
    assert resting in (price, market)
    assert side * resting <= side * market
    assert side * resting <= side * price


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_an_order_keeps_its_price_where_the_market_is_not_known(side: float) -> None:
    assert float(resting_price(7.0, math.nan, side)) == 7.0
