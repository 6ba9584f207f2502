"""Every symbol of Freqtrade's tiers × every bracket × leverage 3–75 × stops × sides: no stop is beyond reach.

The checks do not use the solver's own formulas: they work out what is left of the margin at a price, by the
definition of maintenance margin, and what the kill switch would have seen.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest

from hhq.arrays import BoolArray, FloatArray
from hhq.leverage.bounds import leverage_bounds
from hhq.leverage.position import PositionRequest, Refusal, solve_position
from hhq.liquidation import Bracket, LeverageTiers
from hhq.settings.base import parse
from hhq.settings.levels import KillSwitchThreshold
from hhq.settings.leverage import LeverageSettings
from hhq.sizing import AccountRoom
from tests.hhq.published_tiers import published_tiers

FEE = 0.0005
BUFFER = 0.05
STOPS = (0.6, 0.85, 1.2, 2.0, 3.5, 6.0, 12.0, 23.9, 50.0)
FIRST = KillSwitchThreshold()
FAR = KillSwitchThreshold(-95.0, tightest=1.0)
"""A kill switch so far away that only liquidation limits the leverage."""
SETTINGS = parse(LeverageSettings, {"max_leverage": 75})
PRICE = 7.3
LEAST_NOTIONAL = 5.0
TIE = 1e-9
"""Share of the notional within which either answer is right."""


def end_of(bracket: Bracket) -> float:
    assert bracket.maximum_notional is not None
    return bracket.maximum_notional


def amount_of(bracket: Bracket) -> float:
    assert bracket.maintenance_amount is not None
    return bracket.maintenance_amount


@dataclass(frozen=True)
class Cases:
    """Positions in one bracket: requested leverage, margin, stop distance in percent, side."""

    requested: FloatArray
    margin: FloatArray
    stop: FloatArray
    side: FloatArray

    @classmethod
    def of(cls, bracket: Bracket) -> Cases:
        low, high = max(bracket.minimum_notional, LEAST_NOTIONAL), end_of(bracket)
        requested = np.arange(3.0, 76.0).reshape(-1, 1, 1, 1)
        notional = np.array([low, (low + high) / 2, high]).reshape(-1, 1, 1)
        return cls(requested, notional / requested, np.array(STOPS).reshape(-1, 1), np.array([1.0, -1.0]))

    @property
    def all_of_them(self) -> Cases:
        """The same cases one by one, in flat arrays."""
        return Cases(
            *(x.ravel() for x in np.broadcast_arrays(self.requested, self.margin, self.stop, self.side))
        )


def chosen(cases: Cases, tiers: LeverageTiers, kill_switch: KillSwitchThreshold) -> FloatArray:
    """What the caps leave of the requested leverage, flat; 0 = refused."""
    bounds = leverage_bounds(
        margin=cases.margin,
        notional_limit=tiers.largest_notional,
        entry_price=PRICE,
        side=cases.side,
        stop_distance_pct=cases.stop,
        tiers=tiers,
        first_kill_switch=kill_switch,
        settings=SETTINGS,
    )
    least = np.minimum(np.minimum(bounds.bracket, bounds.liquidation), bounds.kill_switch)
    return np.asarray(np.minimum(cases.requested, least)).ravel()


def survives(cases: Cases, leverage: FloatArray, brackets: tuple[Bracket, ...], slack: float) -> BoolArray:
    """Whether a position is alive where the stop is 70 % of the buffered way to liquidation."""
    notional = np.minimum(cases.margin * leverage, end_of(brackets[-1]))
    rate, amount = np.zeros(notional.size), np.zeros(notional.size)
    for row in brackets:
        inside = notional >= row.minimum_notional
        rate = np.where(inside, row.maintenance_rate, rate)
        amount = np.where(inside, amount_of(row), amount)
    there = cases.stop / 100 / 0.7 / (1 - BUFFER)
    price = PRICE * (1 - cases.side * there)
    coins = notional / PRICE
    left = notional / leverage - notional * FEE + cases.side * coins * (price - PRICE)
    due = coins * price * (rate + FEE) - amount
    return np.asarray(left >= due - slack * notional)


def stops_before_the_kill_switch(
    cases: Cases, leverage: FloatArray, kill_switch: KillSwitchThreshold, slack: float
) -> BoolArray:
    tightening = np.clip(np.sqrt(10 / leverage), kill_switch.tightest, 1.0)
    threshold = -kill_switch.base_pct * tightening
    return np.asarray(cases.stop * leverage <= 0.8 * threshold * (1 + slack))


def allowed_by_the_bracket(cases: Cases, leverage: FloatArray, brackets: tuple[Bracket, ...]) -> BoolArray:
    notional = np.minimum(cases.margin * leverage, end_of(brackets[-1]))
    most = np.zeros(notional.size)
    for row in brackets:
        most = np.where(notional >= row.minimum_notional, row.maximum_leverage, most)
    return np.asarray(leverage <= most)


def keeps_all(
    cases: Cases,
    leverage: FloatArray,
    brackets: tuple[Bracket, ...],
    kill_switch: KillSwitchThreshold,
    slack: float,
) -> BoolArray:
    return np.asarray(
        survives(cases, leverage, brackets, slack)
        & stops_before_the_kill_switch(cases, leverage, kill_switch, slack)
        & allowed_by_the_bracket(cases, leverage, brackets)
    )


def tables() -> Counter[tuple[Bracket, ...]]:
    """Every table of brackets with the number of symbols that have it: equal tables have equal answers."""
    return Counter(published_tiers().values())


@pytest.mark.compiled
@pytest.mark.parametrize("kill_switch", [FIRST, FAR], ids=["default", "far"])
def test_no_leverage_of_any_symbol_puts_the_stop_behind_liquidation_or_the_kill_switch(
    kill_switch: KillSwitchThreshold,
) -> None:
    symbols = cases_checked = refused_in_all = 0
    for brackets, owners in tables().items():
        tiers = LeverageTiers.of(brackets)
        symbols += owners
        for bracket in brackets:
            grid = Cases.of(bracket)
            leverage, cases = chosen(grid, tiers, kill_switch), grid.all_of_them
            refused = leverage < 1.0
            kept = keeps_all(cases, np.maximum(leverage, 1.0), brackets, kill_switch, TIE)
            where = f"bracket {bracket} of {brackets}, after {cases_checked} cases of {symbols} symbols"
            assert np.all(kept | refused), where
            # The next leverage up would break a cap: nothing is refused or cut without reason.
            cut = leverage < cases.requested
            assert not np.any(keeps_all(cases, leverage + 1.0, brackets, kill_switch, -TIE)[cut]), where
            cases_checked += cases.requested.size * owners
            refused_in_all += int(refused.sum()) * owners
    summary = f"{symbols} symbols, {cases_checked} cases, {refused_in_all} refused"
    logging.getLogger(__name__).warning(summary)
    brackets_of_all = sum(len(brackets) for brackets in published_tiers().values())
    assert symbols == len(published_tiers()), summary
    assert cases_checked == brackets_of_all * 73 * 3 * len(STOPS) * 2, summary
    assert 0 < refused_in_all < cases_checked, summary


def test_the_solver_gives_what_the_exhaustive_run_has_checked() -> None:
    wide = AccountRoom(1e15, 1e15, 1e15, 1e15)
    compared = 0
    for brackets in list(tables())[::20]:
        tiers = LeverageTiers.of(brackets)
        for bracket in brackets[::3]:
            grid = Cases.of(bracket)
            leverage, cases = chosen(grid, tiers, FIRST), grid.all_of_them
            for i in range(compared % 97, cases.requested.size, 401):
                request = PositionRequest(
                    side=int(cases.side[i]),
                    entry_price=PRICE,
                    stop_distance_pct=float(cases.stop[i]),
                    wanted_margin=float(cases.margin[i]),
                    product=float(cases.requested[i]),
                    minimum_notional=0.0,
                )
                plan = solve_position(request, wide, tiers, FIRST, SETTINGS)
                if leverage[i] < 1.0:
                    assert plan.refusal is Refusal.LEVERAGE_BELOW_ONE
                else:
                    assert plan.leverage == leverage[i]
                compared += 1
    assert compared > 200, compared
