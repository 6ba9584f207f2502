"""Requested margin step by step, room of the account, equity and its peak."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.closed_trade import ClosedTrade, Outcome
from hhq.equity import DAY_MS, EquityPeak, account_equity
from hhq.exits.levels import FillMarket, stop_distance_pct
from hhq.leverage.factors import balance_multiplier
from hhq.leverage.position import PositionRequest, solve_position
from hhq.liquidation import Bracket, LeverageTiers
from hhq.settings.base import SettingsError, parse
from hhq.settings.levels import KillSwitchThreshold, LevelSettings
from hhq.settings.leverage import LeverageSettings
from hhq.settings.sizing import SizingSettings
from hhq.sizing import (
    AccountView,
    account_room,
    recent_outcomes,
    recent_results_factor,
    session_factor,
    wanted_margin,
)

no_deadline = hypothesis_settings(deadline=None)

DEFAULTS = SizingSettings()
ACCOUNT = AccountView(
    equity=10_000.0, peak_equity=10_000.0, open_margin=0.0, long_notional=0.0, short_notional=0.0
)

TIERS = LeverageTiers.of([Bracket(0, 1e6, 50, 0.01, 0), Bracket(1e6, 1e7, 10, 0.05, 40_000)])


def trades(results: str, start: int = 1_000) -> tuple[ClosedTrade, ...]:
    """One closed trade for each letter, oldest first: W win, L loss, n neutral."""
    net = {"W": 5.0, "L": -5.0, "n": 0.5}
    return tuple(ClosedTrade("A", start + i, net[letter], 1.0, None) for i, letter in enumerate(results))


@pytest.mark.parametrize(
    "net, fees, outcome",
    [
        (1.0, 1.0, Outcome.WIN),
        (0.99, 1.0, Outcome.NEUTRAL),
        (-0.99, 1.0, Outcome.NEUTRAL),
        (-1.0, 1.0, Outcome.LOSS),
        (0.0, 0.0, Outcome.NEUTRAL),
        (0.1, 0.0, Outcome.WIN),
        (math.nan, 1.0, Outcome.NEUTRAL),
    ],
)
def test_a_result_smaller_than_the_fees_is_neither_win_nor_loss(
    net: float, fees: float, outcome: Outcome
) -> None:
    assert ClosedTrade("A", 0, net, fees, None).outcome is outcome


@pytest.mark.parametrize(
    "results, factor",
    [
        ("", 1.0),
        ("LLLL", 1.0),
        ("LLLLL", 0.5),
        ("WLLLL", 0.5),
        ("WWLLL", 1.0),
        ("WWWLL", 1.0),
        ("WWWWL", 1.5),
        ("WWWWW", 1.5),
        ("WWWnn", 1.0),
        ("WWWWWLLLLL", 0.5),
        ("LLLLLWWWWW", 1.5),
    ],
)
def test_the_last_five_trades_scale_the_risk(results: str, factor: float) -> None:
    assert recent_results_factor(trades(results), DEFAULTS) == factor


def test_the_last_trades_are_the_latest_however_the_history_is_ordered() -> None:
    history = trades("WWWWWLLLLL")
    assert recent_results_factor(history[::-1], DEFAULTS) == 0.5
    assert recent_outcomes(history[::-1], 2) == (Outcome.LOSS, Outcome.LOSS)


@pytest.mark.parametrize(
    "hour, factor",
    [(0, 0.8), (7.99, 0.8), (8, 1.0), (13.99, 1.0), (14, 1.1), (21.99, 1.1), (22, 0.5), (23.99, 0.5)],
)
def test_the_session_scales_the_margin(hour: float, factor: float) -> None:
    assert session_factor(hour, DEFAULTS) == factor


@pytest.mark.parametrize("hour", [-0.1, 24.0, math.nan])
def test_an_hour_outside_the_day_is_an_error(hour: float) -> None:
    with pytest.raises(ValueError, match="hour"):
        session_factor(hour, DEFAULTS)


def test_the_margin_is_explained_step_by_step() -> None:
    account = replace(ACCOUNT, closed_trades=trades("WWWWL"))
    wanted = wanted_margin(account, 1.5, 15.0, DEFAULTS)
    assert wanted.margin == pytest.approx(10_000 * 0.02 * 1.5 * 1.5 * 1.1)
    assert [step.name for step in wanted.steps] == [
        "risk per trade",
        "recent results",
        "signal size",
        "session",
    ]
    assert [step.value for step in wanted.steps] == [0.02, 1.5, 1.5, 1.1]
    assert wanted.steps[0].before == 10_000.0
    assert wanted.steps[-1].after == wanted.margin
    for earlier, later in zip(wanted.steps, wanted.steps[1:], strict=False):
        assert earlier.after == later.before


def test_the_drawdown_does_not_shrink_the_margin_as_well_as_the_leverage() -> None:
    down = replace(ACCOUNT, equity=8_000.0)
    assert wanted_margin(down, 1.0, 10.0, DEFAULTS).margin == pytest.approx(160.0)
    found = balance_multiplier(equity=down.equity, peak_equity=down.peak_equity, settings=LeverageSettings())
    assert found == 0.5


def test_an_unknown_equity_makes_the_margin_unknown() -> None:
    assert math.isnan(wanted_margin(replace(ACCOUNT, equity=math.nan), 1.0, 10.0, DEFAULTS).margin)


def test_the_room_is_what_the_caps_leave() -> None:
    account = replace(ACCOUNT, open_margin=1_000.0, long_notional=20_000.0, short_notional=5_000.0)
    long = account_room(account, 1, DEFAULTS)
    short = account_room(account, -1, DEFAULTS)
    assert (long.total_margin, long.gross_notional, long.loss_at_stop) == (5_000.0, 25_000.0, 200.0)
    assert long.net_notional == 30_000 - 15_000
    assert short.net_notional == 30_000 + 15_000


def test_an_account_over_a_cap_has_no_room() -> None:
    account = replace(ACCOUNT, open_margin=7_000.0, long_notional=60_000.0)
    room = account_room(account, 1, DEFAULTS)
    assert room.total_margin < 0
    assert room.gross_notional < 0
    assert room.net_notional < 0


@no_deadline
@given(
    equity=st.floats(50.0, 1e6),
    open_margin=st.floats(0.0, 1.2),
    long=st.floats(0.0, 6.0),
    short=st.floats(0.0, 6.0),
    side=st.sampled_from([1, -1]),
    size=st.floats(0.05, 3.0),
    hour=st.floats(0.0, 23.9),
    atr_pct=st.floats(0.1, 15.0),
    product=st.floats(1.0, 60.0),
    results=st.text("WLn", max_size=12),
)
def test_no_entry_takes_the_account_over_any_of_its_caps(
    equity: float,
    open_margin: float,
    long: float,
    short: float,
    side: int,
    size: float,
    hour: float,
    atr_pct: float,
    product: float,
    results: str,
) -> None:
    before = AccountView(equity, equity, open_margin * equity, long * equity, short * equity, trades(results))
    stop = float(stop_distance_pct(FillMarket(atr_pct, atr_pct, 0.5, 0.5, 1.0), 100.0, LevelSettings()))
    request = PositionRequest(
        side=side,
        entry_price=100.0,
        stop_distance_pct=stop,
        wanted_margin=wanted_margin(before, size, hour, DEFAULTS).margin,
        product=product,
        minimum_notional=5.0,
    )
    room = account_room(before, side, DEFAULTS)
    plan = solve_position(request, room, TIERS, KillSwitchThreshold(), LeverageSettings())
    if not plan.accepted:
        assert plan.detail
        return
    slack = 1.0 + 1e-9
    notional = (before.long_notional, before.short_notional)
    assert before.open_margin + plan.margin <= 0.6 * equity * slack
    assert sum(notional) + plan.notional <= 5 * equity * slack
    assert side * (notional[0] - notional[1]) + plan.notional <= 3 * equity * slack
    assert plan.notional * (stop + 0.1) / 100 <= 0.02 * equity * slack
    assert plan.notional >= 5.0


def test_equity_counts_open_profit() -> None:
    assert account_equity(wallet_balance=1000.0, unrealised_profit=-50.0) == 950.0
    assert math.isnan(account_equity(wallet_balance=1000.0, unrealised_profit=math.nan))


@pytest.mark.parametrize("balance", [0.0, -0.0, -20.0, math.nan])
def test_the_equity_of_a_wallet_that_holds_nothing_is_not_known(balance: float) -> None:
    assert math.isnan(account_equity(wallet_balance=balance, unrealised_profit=50.0))
    assert account_equity(wallet_balance=1e-9, unrealised_profit=0.0) == 1e-9


def test_the_peak_is_the_highest_of_the_last_days() -> None:
    peak = EquityPeak()
    assert math.isnan(peak.value)
    peak = peak.observed(0, 1000.0, peak_days=30).observed(5, 1200.0, peak_days=30)
    peak = peak.observed(DAY_MS, 900.0, peak_days=30).observed(DAY_MS + 1, 800.0, peak_days=30)
    assert peak.days == ((0, 1200.0), (1, 900.0))
    assert peak.value == 1200.0
    assert peak.observed(29 * DAY_MS, 700.0, peak_days=30).value == 1200.0
    assert peak.observed(30 * DAY_MS, 700.0, peak_days=30).value == 900.0
    assert peak.observed(300 * DAY_MS, 700.0, peak_days=30).days == ((300, 700.0),)


def test_an_unknown_equity_is_no_peak() -> None:
    peak = EquityPeak().observed(0, 1000.0, peak_days=30)
    assert peak.observed(1, math.nan, peak_days=30) == peak
    assert peak.observed(1, math.inf, peak_days=30) == peak


@no_deadline
@given(
    observations=st.lists(
        st.tuples(st.integers(0, 60 * DAY_MS), st.floats(0.0, 1e6)), min_size=1, max_size=40
    )
)
def test_the_peak_equals_the_largest_equity_that_is_young_enough(
    observations: list[tuple[int, float]],
) -> None:
    observations.sort(key=lambda item: item[0])
    peak = EquityPeak()
    for time, equity in observations:
        peak = peak.observed(time, equity, peak_days=30)
    today = observations[-1][0] // DAY_MS
    assert peak.value == max(equity for time, equity in observations if time // DAY_MS > today - 30)


@pytest.mark.parametrize(
    "key, value",
    [
        ("risk_per_trade", 5.1),
        ("risk_per_trade", 0.4),
        ("risk", 2.0),
        ("session_steps", ((8.0, 1.0), (23.0, 1.0))),
        ("session_steps", ((0.0, 1.0), (24.0, 1.0))),
    ],
)
def test_a_setting_out_of_range_or_unknown_is_named(key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=key):
        parse(SizingSettings, {key: value})
