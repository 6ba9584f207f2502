"""One solution of margin, leverage and notional: which cap decides, and what is refused."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TypedDict, Unpack

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.leverage.position import (
    LeverageCap,
    PositionPlan,
    PositionRequest,
    Refusal,
    solve_position,
)
from hhq.liquidation import Bracket, LeverageTiers
from hhq.settings.base import parse
from hhq.settings.levels import KillSwitchThreshold
from hhq.settings.leverage import LeverageSettings
from hhq.sizing import AccountRoom

no_deadline = hypothesis_settings(deadline=None)

FIRST = KillSwitchThreshold()
DEFAULTS = LeverageSettings()
UNCAPPED = parse(LeverageSettings, {"max_leverage": 75})
WIDE = AccountRoom(total_margin=1e9, gross_notional=1e9, net_notional=1e9, loss_at_stop=1e9)
TIERS = LeverageTiers.of(
    [
        Bracket(0, 5_000, 75, 0.01, 0),
        Bracket(5_000, 10_000, 50, 0.015, 25),
        Bracket(10_000, 100_000, 20, 0.025, 125),
        Bracket(100_000, 1_000_000, 5, 0.10, 7_625),
        Bracket(1_000_000, 2_000_000, 1, 0.50, 407_625),
    ]
)
REQUEST = PositionRequest(
    side=1, entry_price=100.0, stop_distance_pct=0.6, wanted_margin=100.0, product=10.0, minimum_notional=5.0
)


class Wanted(TypedDict, total=False):
    entry_price: float
    stop_distance_pct: float
    wanted_margin: float
    product: float
    minimum_notional: float
    freqtrade_maximum: float
    asked_leverage: float


def solve(
    settings: LeverageSettings = DEFAULTS, room: AccountRoom = WIDE, **changes: Unpack[Wanted]
) -> PositionPlan:
    return solve_position(replace(REQUEST, **changes), room, TIERS, FIRST, settings)


def test_without_a_cap_the_leverage_is_the_rounded_product() -> None:
    plan = solve(product=10.4)
    assert plan.accepted
    assert (plan.leverage, plan.bound_by, plan.refusal) == (10.0, None, None)
    assert (plan.margin, plan.notional, plan.adjustments) == (100.0, 1000.0, ())
    assert [cap for cap, _ in plan.caps] == list(LeverageCap)


@pytest.mark.parametrize(
    "changes, settings, leverage, cap",
    [
        ({"product": 60.0}, DEFAULTS, 20, LeverageCap.MAX_LEVERAGE),
        ({"product": 20.0}, DEFAULTS, 20, None),
        # 500 × 20 = 10,000 would lie on the boundary of the 20× bracket; 34 × 300 too, 33 × 300 not.
        (
            {"product": 60.0, "wanted_margin": 300.0, "stop_distance_pct": 0.1},
            UNCAPPED,
            33,
            LeverageCap.BRACKET,
        ),
        ({"product": 20.0, "wanted_margin": 50_000.0}, DEFAULTS, 5, LeverageCap.BRACKET),
        ({"product": 20.0, "freqtrade_maximum": 7.5}, DEFAULTS, 7, LeverageCap.FREQTRADE),
        ({"product": 20.0, "volatility_cap": 6.0}, DEFAULTS, 6, LeverageCap.VOLATILITY),
        ({"asked_leverage": 15.0, "volatility_cap": 6.0}, DEFAULTS, 6, LeverageCap.VOLATILITY),
        # 0.8 × 30 % / 12 = 2 %: the square root tightens above 10×.
        ({"product": 20.0, "stop_distance_pct": 2.4}, DEFAULTS, 10, LeverageCap.KILL_SWITCH),
        ({"product": 20.0, "stop_distance_pct": 2.41}, DEFAULTS, 9, LeverageCap.KILL_SWITCH),
        ({"product": 20.0, "stop_distance_pct": 24.0}, DEFAULTS, 1, LeverageCap.KILL_SWITCH),
        ({"product": 20.0, "stop_distance_pct": 0.9}, DEFAULTS, 19, LeverageCap.KILL_SWITCH),
        ({"asked_leverage": 2.0}, DEFAULTS, 2, None),
        ({"asked_leverage": 2.9}, DEFAULTS, 2, None),
        ({"asked_leverage": 0.5}, DEFAULTS, 1, None),
        ({"asked_leverage": 15.0}, DEFAULTS, 15, None),
        ({"asked_leverage": 75.0}, DEFAULTS, 20, LeverageCap.MAX_LEVERAGE),
        ({"asked_leverage": 75.0, "stop_distance_pct": 2.4}, DEFAULTS, 10, LeverageCap.KILL_SWITCH),
        ({"asked_leverage": 2.0, "product": math.nan}, DEFAULTS, 2, None),
    ],
)
def test_the_cap_that_decides_is_named(
    changes: Wanted, settings: LeverageSettings, leverage: int, cap: LeverageCap | None
) -> None:
    plan = solve(settings, **changes)
    assert (plan.leverage, plan.bound_by) == (leverage, cap)


def test_liquidation_decides_where_the_kill_switch_is_far() -> None:
    loose = KillSwitchThreshold(-95.0, tightest=1.0)
    plan = solve_position(replace(REQUEST, product=60.0, stop_distance_pct=5.0), WIDE, TIERS, loose, UNCAPPED)
    assert plan.bound_by is LeverageCap.LIQUIDATION
    # (1/L − 0.0005 − 0.0105) / (1 − 0.0105) × 0.95 × 0.7 ≥ 0.05 up to L = 11.
    assert plan.leverage == 11.0
    assert plan.liquidation_distance_pct * 0.7 >= 5.0


def test_a_cap_may_go_below_the_lowest_market_leverage() -> None:
    plan = solve(product=3.0, stop_distance_pct=12.0)
    assert plan.requested_leverage == 3.0
    assert plan.leverage == 2.0


@pytest.mark.parametrize(
    "changes, refusal",
    [
        ({"product": math.nan}, Refusal.NO_LEVERAGE),
        ({"stop_distance_pct": math.nan}, Refusal.NO_PRICE),
        ({"stop_distance_pct": 0.0}, Refusal.NO_PRICE),
        ({"entry_price": math.nan}, Refusal.NO_PRICE),
        ({"entry_price": -1.0}, Refusal.NO_PRICE),
        ({"wanted_margin": 0.0}, Refusal.NO_MARGIN),
        ({"wanted_margin": math.nan}, Refusal.NO_MARGIN),
        ({"wanted_margin": math.inf}, Refusal.NO_MARGIN),
        ({"stop_distance_pct": 24.1}, Refusal.LEVERAGE_BELOW_ONE),
        ({"freqtrade_maximum": math.nan}, Refusal.LEVERAGE_BELOW_ONE),
        ({"minimum_notional": 1000.1}, Refusal.BELOW_MINIMUM),
        ({"minimum_notional": math.nan}, Refusal.BELOW_MINIMUM),
    ],
)
def test_an_entry_that_cannot_be_sized_is_refused_with_its_reason(changes: Wanted, refusal: Refusal) -> None:
    plan = solve(**changes)
    assert plan.refusal is refusal
    assert not plan.accepted
    assert plan.detail
    assert math.isnan(plan.leverage)
    assert math.isnan(plan.margin)
    assert math.isnan(plan.notional)


def test_a_refused_leverage_names_the_cap() -> None:
    plan = solve(stop_distance_pct=30.0)
    assert plan.bound_by is LeverageCap.KILL_SWITCH
    assert "kill-switch" in plan.detail


def test_tiers_without_a_maintenance_amount_allow_no_leverage() -> None:
    unknown = LeverageTiers.of([Bracket(0, None, 50, 0.01, None)])
    plan = solve_position(REQUEST, WIDE, unknown, FIRST, DEFAULTS)
    assert plan.refusal is Refusal.LEVERAGE_BELOW_ONE
    assert plan.bound_by is LeverageCap.LIQUIDATION


ROOMS = {
    "total_margin": (40.0, Refusal.TOTAL_MARGIN, 40.0),
    "gross_notional": (600.0, Refusal.GROSS_NOTIONAL, 60.0),
    "net_notional": (700.0, Refusal.NET_NOTIONAL, 70.0),
    "loss_at_stop": (3.5, Refusal.LOSS_AT_STOP, 50.0),
}


def test_every_room_of_the_account_is_tried() -> None:
    assert set(ROOMS) == {field.name for field in fields(AccountRoom)}


@pytest.mark.parametrize("name", ROOMS)
def test_an_entry_over_a_cap_of_the_account_is_shrunk_to_fit(name: str) -> None:
    value, refusal, margin = ROOMS[name]
    plan = solve(room=replace(WIDE, **{name: value}))
    assert plan.accepted
    assert plan.margin == pytest.approx(margin)
    assert plan.notional == pytest.approx(margin * 10)
    [step] = plan.adjustments
    assert (step.name, step.before, step.after) == (refusal.value, 100.0, plan.margin)


@pytest.mark.parametrize("name", ROOMS)
@pytest.mark.parametrize("left", [0.0, -5.0, math.nan])
def test_an_account_without_room_takes_nothing(name: str, left: float) -> None:
    plan = solve(room=replace(WIDE, **{name: left}))
    assert plan.refusal is ROOMS[name][1]


def test_what_was_shrunk_below_the_minimum_is_refused_and_says_why() -> None:
    plan = solve(room=replace(WIDE, gross_notional=60.0), minimum_notional=100.0)
    assert plan.refusal is Refusal.BELOW_MINIMUM
    assert "60.00" in plan.detail
    assert "gross notional" in plan.detail


def test_the_exchange_takes_no_order_above_its_last_bracket() -> None:
    plan = solve(wanted_margin=5e6, stop_distance_pct=1.0)
    assert plan.leverage == 1.0
    assert plan.notional == 2_000_000.0


REQUESTS = st.builds(
    PositionRequest,
    side=st.sampled_from([1, -1]),
    entry_price=st.floats(1e-6, 1e5),
    stop_distance_pct=st.floats(0.05, 60.0),
    wanted_margin=st.floats(1.0, 1e6),
    product=st.floats(0.1, 90.0),
    minimum_notional=st.just(5.0),
    freqtrade_maximum=st.floats(1.0, 125.0),
)
AMOUNTS = st.floats(10.0, 1e7)
LIMITED = st.builds(AccountRoom, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)


def leverage_or_nothing(plan: PositionPlan) -> float:
    return 0.0 if plan.refusal is Refusal.LEVERAGE_BELOW_ONE else plan.leverage


@no_deadline
@given(request=REQUESTS, room=LIMITED, more=st.floats(1.0, 5.0))
def test_leverage_never_rises_with_a_wider_stop_or_more_margin_and_never_falls_with_the_product(
    request: PositionRequest, room: AccountRoom, more: float
) -> None:
    unlimited = replace(request, minimum_notional=0.0)
    here = leverage_or_nothing(solve_position(unlimited, room, TIERS, FIRST, UNCAPPED))
    wider = replace(unlimited, stop_distance_pct=unlimited.stop_distance_pct * more)
    assert leverage_or_nothing(solve_position(wider, room, TIERS, FIRST, UNCAPPED)) <= here
    richer = replace(unlimited, wanted_margin=unlimited.wanted_margin * more)
    assert leverage_or_nothing(solve_position(richer, room, TIERS, FIRST, UNCAPPED)) <= here
    better = replace(unlimited, product=unlimited.product * more)
    assert leverage_or_nothing(solve_position(better, room, TIERS, FIRST, UNCAPPED)) >= here


@no_deadline
@given(request=REQUESTS, room=LIMITED)
def test_whatever_is_accepted_keeps_every_cap(request: PositionRequest, room: AccountRoom) -> None:
    plan = solve_position(request, room, TIERS, FIRST, DEFAULTS)
    if not plan.accepted:
        assert plan.refusal is not None
        assert math.isnan(plan.margin)
        return
    slack = 1.0 + 1e-12
    assert plan.leverage == int(plan.leverage) >= 1
    assert plan.leverage <= min(20, request.freqtrade_maximum, plan.requested_leverage)
    assert plan.notional == plan.margin * plan.leverage
    assert plan.margin <= min(request.wanted_margin, room.total_margin)
    assert plan.notional <= min(room.gross_notional, room.net_notional, TIERS.largest_notional) * slack
    loss = plan.notional * (request.stop_distance_pct + 0.1) / 100
    assert loss <= room.loss_at_stop * slack
    assert plan.notional >= request.minimum_notional
    assert plan.leverage <= TIERS.maximum_leverage[TIERS.row(plan.notional / slack)]
    assert request.stop_distance_pct <= 0.7 * plan.liquidation_distance_pct
    assert request.stop_distance_pct <= 0.8 * plan.kill_switch_distance_pct * slack


@no_deadline
@given(request=REQUESTS, room=LIMITED)
def test_the_same_request_gives_the_same_plan(request: PositionRequest, room: AccountRoom) -> None:
    first = solve_position(request, room, TIERS, FIRST, DEFAULTS)
    again = solve_position(request, room, TIERS, FIRST, DEFAULTS)
    assert repr(first) == repr(again)
