"""Deposits and withdrawals: what they must not hide, and what they must not be taken for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.equity import EquityPeak, Transfers
from hhq.guards.daily_loss import DailyLossState, step_daily_loss
from hhq.settings.guards import DailyLossSettings

no_deadline = hypothesis_settings(deadline=None)
PCT = 0.5
"""Of the equity: what is not above it is no transfer."""


class Fund:
    """An account whose results and transfers are known: what the bot sees of it is equity and capital."""

    def __init__(self, start: float = 1000.0) -> None:
        self.capital = self.equity = start
        self.state, moved = self.see()
        assert moved == 0.0

    def see(self, state: Transfers | None = None) -> tuple[Transfers, float]:
        before = Transfers() if state is None else state
        return before.observed(equity=self.equity, capital=self.capital, smallest_pct=PCT)

    def step(self, *, result: float = 0.0, transfer: float = 0.0) -> float:
        """Book a result and a transfer (both in % of the equity before them); return the transfer that was seen."""
        before = self.equity
        self.equity += before * (result + transfer) / 100.0
        self.capital += before * transfer / 100.0
        self.state, moved = self.see(self.state)
        return moved

    @property
    def unit(self) -> float:
        return self.state.of_unit(self.equity)


results = st.floats(-30.0, 30.0)
"""Results of one loop in %; together with a withdrawal they leave something."""
transfers = st.one_of(st.just(0.0), st.floats(1.0, 500.0), st.floats(-60.0, -1.0))
steps = st.lists(st.tuples(results, transfers), max_size=40)


@no_deadline
@given(steps=steps)
def test_an_account_with_transfers_has_the_drawdown_of_the_same_trades_without_them(
    steps: list[tuple[float, float]],
) -> None:
    fund, alone = Fund(), Fund()
    peak, peak_alone = EquityPeak(), EquityPeak()
    for result, transfer in steps:
        fund.step(result=result, transfer=transfer)
        alone.step(result=result)
        peak = peak.observed(0, fund.unit, peak_days=30)
        peak_alone = peak_alone.observed(0, alone.unit, peak_days=30)
        assert fund.unit == pytest.approx(alone.unit, rel=1e-9)
        assert peak.value == pytest.approx(peak_alone.value, rel=1e-9)
        # What sizes an entry: the peak in money of the account as it is now.
        assert peak.value * fund.state.units == pytest.approx(
            fund.equity * peak_alone.value / alone.equity, rel=1e-9
        )


@no_deadline
@given(steps=st.lists(st.tuples(results, st.floats(-0.499, 0.499)), min_size=1, max_size=40))
def test_transfers_below_the_limit_count_as_results_and_move_a_unit_by_no_more_than_the_limit_each(
    steps: list[tuple[float, float]],
) -> None:
    fund, alone = Fund(), Fund()
    for result, transfer in steps:
        # The result is not 30 % off at most, so the limit of the equity before it is at least 0.7 of it.
        assert fund.step(result=result, transfer=transfer * 0.7) == 0.0
        alone.step(result=result)
    assert fund.state.units == 1.0
    largest = (1.0 + PCT / 70.0) ** len(steps)
    assert alone.unit / largest <= fund.unit <= alone.unit * largest


def test_a_deposit_as_large_as_the_loss_of_the_same_loop_does_not_hide_it() -> None:
    fund = Fund()
    assert fund.step(result=-6.0, transfer=6.0) == pytest.approx(60.0)
    assert fund.equity == 1000.0
    assert fund.unit == pytest.approx(940.0)


def test_a_withdrawal_is_no_loss_of_the_day_and_a_loss_after_it_is() -> None:
    rule, fund, state = DailyLossSettings(), Fund(), None
    for result, transfer, locked in (
        (0.0, 0.0, False),
        (0.0, -50.0, False),
        (-4.0, 0.0, False),
        (-2.0, 0.0, True),
    ):
        fund.step(result=result, transfer=transfer)
        state, lock = step_daily_loss(state, 0.0, fund.unit, rule)
        assert (lock is not None) == locked
    assert state == DailyLossState(0, 1000.0, reached=True)


def test_a_deposit_does_not_raise_the_limit_of_the_day() -> None:
    rule, fund = DailyLossSettings(), Fund()
    state, _ = step_daily_loss(None, 0.0, fund.unit, rule)
    fund.step(transfer=900.0)
    fund.step(result=-5.1)
    assert fund.equity > 9000.0
    assert step_daily_loss(state, 1.0, fund.unit, rule)[1] is not None


def test_a_wallet_that_knows_a_loss_before_its_trade_is_closed_changes_no_unit() -> None:
    state = Transfers().observed(equity=1000.0, capital=1000.0, smallest_pct=PCT)[0]
    # The trade stands at −100: still open for the bot, already booked by the exchange, then closed for the bot as well.
    seen = [(900.0, 1000.0), (800.0, 900.0), (900.0, 1000.0)]
    units, moves = [], []
    for equity, capital in seen:
        state, moved = state.observed(equity=equity, capital=capital, smallest_pct=PCT)
        units.append(state.of_unit(equity))
        moves.append(moved)
    assert moves == [0.0, -100.0, 100.0]
    assert units == pytest.approx([900.0, 900.0, 900.0])


def test_the_first_observation_is_no_transfer() -> None:
    state, moved = Transfers().observed(equity=1000.0, capital=5000.0, smallest_pct=PCT)
    assert (state, moved) == (Transfers(5000.0, 1.0), 0.0)


@pytest.mark.parametrize(
    "equity, capital",
    [(math.nan, 900.0), (1000.0, math.nan), (math.nan, math.nan), (0.0, 900.0), (-5.0, 900.0)],
)
def test_what_is_not_known_is_no_transfer_and_is_not_remembered(equity: float, capital: float) -> None:
    state = Transfers(1000.0, 2.0)
    assert state.observed(equity=equity, capital=capital, smallest_pct=PCT) == (state, 0.0)


def test_money_that_comes_into_a_lost_account_does_not_undo_the_loss() -> None:
    state = Transfers(1000.0, 1.0)
    state, moved = state.observed(equity=4900.0, capital=6000.0, smallest_pct=PCT)
    assert moved == 5000.0
    assert 0.0 < state.of_unit(4900.0) < 1.0
    state, moved = state.observed(equity=4900.0 * 0.9, capital=6000.0, smallest_pct=PCT)
    assert moved == 0.0
    assert state.of_unit(4410.0) / Transfers(6000.0, state.units).of_unit(4900.0) == pytest.approx(0.9)


@no_deadline
@given(capital=st.floats(1.0, 1e9), pct=st.floats(0.1, 5.0))
def test_the_limit_is_a_share_of_the_equity_before_the_transfer(capital: float, pct: float) -> None:
    state = Transfers(capital, 1.0)
    for sign in (1.0, -1.0):
        for share, is_transfer in ((0.99, False), (1.01, True)):
            moved = sign * capital * pct / 100.0 * share
            _, seen = state.observed(equity=capital + moved, capital=capital + moved, smallest_pct=pct)
            assert (seen != 0.0) == is_transfer
