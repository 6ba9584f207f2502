"""Expected costs of a round trip, and the hurdle that they have to pass."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.costs import Costs, RoundTrip, expected_round_trip, too_dear
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.settings import HHQSettings, parse
from hhq.settings.costs import CostSettings
from tests.hhq.one_candle import gate, short

RULE = CostSettings()
HURDLE = CostSettings(hurdle=True)
ON = {"costs": {"hurdle": True}}


def round_trip(*, side: float = 1.0, spread: float = 0.04, rate: float = 0.0) -> RoundTrip:
    return expected_round_trip(np.array([side]), np.array([spread]), np.array([rate]), HHQSettings())


def test_an_entry_pays_the_maker_fee_an_exit_the_taker_fee_and_half_the_spread() -> None:
    assert round_trip().fees_pct.tolist() == [pytest.approx(0.07)]
    assert round_trip().spread_pct.tolist() == [pytest.approx(0.02)]


def test_the_fees_are_those_of_the_settings() -> None:
    settings = parse(HHQSettings, {"costs": {"maker_fee_pct": -0.01}, "leverage": {"taker_fee_pct": 0.03}})
    fees, spread = Costs.by_order(settings).of(np.array([1.0, 2.0]), np.array([0.04, 0.04]))
    assert fees.tolist() == pytest.approx([0.02, 0.05])
    assert spread.tolist() == pytest.approx([0.02, 0.04])
    assert Costs.taker(settings).of(np.ones(1), np.zeros(1))[0].tolist() == pytest.approx([0.06])


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_who_pays_funding_pays_it_for_the_expected_hours_and_who_receives_it_is_not_credited(
    side: float,
) -> None:
    assert round_trip(side=side, rate=side * 0.08).funding_pct.tolist() == [pytest.approx(0.04)]
    assert round_trip(side=side, rate=-side * 0.08).funding_pct.tolist() == [0.0]


def test_an_unknown_rate_is_not_available_and_leaves_the_rest() -> None:
    found = round_trip(rate=math.nan)
    assert math.isnan(found.funding_pct[0])
    assert found.total_pct.tolist() == [pytest.approx(0.09)]


@pytest.mark.parametrize(
    ("atr", "stop", "refused"),
    [(0.601, 0.901, False), (0.599, 0.901, True), (0.601, 0.899, True), (3.0, 3.0, False)],
)
def test_the_costs_may_be_15_per_cent_of_the_atr_and_10_of_the_stop(
    atr: float, stop: float, refused: bool
) -> None:
    costs = round_trip()
    assert costs.total_pct[0] == pytest.approx(0.09)
    assert too_dear(costs, np.array([atr]), np.array([stop]), HURDLE).tolist() == [refused]


def test_without_the_hurdle_nothing_is_too_dear() -> None:
    assert too_dear(round_trip(), np.array([0.01]), np.array([0.01]), RULE).tolist() == [False]


@pytest.mark.parametrize("unknown", ["spread", "atr", "stop"])
def test_the_hurdle_refuses_what_is_not_known(unknown: str) -> None:
    numbers = {"spread": 0.04, "atr": 5.0, "stop": 5.0} | {unknown: math.nan}
    costs = round_trip(spread=numbers["spread"])
    assert too_dear(costs, np.array([numbers["atr"]]), np.array([numbers["stop"]]), HURDLE).tolist() == [True]


def test_the_gate_costs_stops_a_quiet_coin_on_either_side() -> None:
    quiet = {Feature.ATR_1H: 0.4, Feature.ATR_1H_PCT: 0.4}
    assert gate(quiet) is Gate.SCORE_PASS
    assert gate(quiet, ON) is Gate.COST
    assert gate({**short(), **quiet}, ON) is Gate.COST
    assert gate(settings=ON) is Gate.SCORE_PASS


@given(
    st.floats(0.0, 1.0),
    st.floats(0.01, 5.0),
    st.floats(0.01, 5.0),
    st.floats(0.1, 100.0),
    st.floats(1.0, 3.0),
)
def test_what_a_lower_hurdle_refuses_a_stricter_one_refuses_too(
    spread: float, atr: float, stop: float, share: float, factor: float
) -> None:
    costs, at = round_trip(spread=spread), (np.array([atr]), np.array([stop]))
    loose = CostSettings(hurdle=True, largest_atr_share=min(share * factor, 100.0), largest_stop_share=100.0)
    strict = CostSettings(hurdle=True, largest_atr_share=share, largest_stop_share=100.0)
    if too_dear(costs, *at, loose)[0]:
        assert too_dear(costs, *at, strict)[0]
