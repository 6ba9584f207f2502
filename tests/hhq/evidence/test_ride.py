"""A ride is the exit engine stepped candle by candle: the same close, and sums of what every exit moved."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.evidence.outcomes import outcomes_of
from hhq.exits.levels import levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position
from hhq.exits.prices import towards_the_market
from hhq.exits.slots import MarketSlot as M
from hhq.exits.slots import StateSlot as S
from hhq.exits.step import Candle, Surroundings, step_candle
from hhq.reasons import CloseReason
from hhq.signals import fill_market
from tests.hhq.evidence.scene import FLAT, SETTINGS, Prices, course, walk
from tests.hhq.one_candle import F


@pytest.mark.parametrize("zscore", [-2.5, 2.5], ids=["LONG", "SHORT"])
@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), step=st.sampled_from([0.001, 0.004, 0.012]))
def test_a_ride_ends_where_the_steps_of_the_exit_engine_end(zscore: float, seed: int, step: float) -> None:
    path = course(walk(seed, 400, step), {F.ZSCORE: zscore, F.RSI: 50.0 - 12.0 * zscore}, tick=math.nan)
    first = path.decisions.signals.at(np.array([0]))
    found = outcomes_of(path, first, SETTINGS)
    if not found.filled[0]:
        return
    row, entry, side = int(found.fill_row[0]), float(found.entry[0]), float(first.side[0])
    parameters = exit_parameters(SETTINGS.exits, SETTINGS.levels, confirm_stops=False)
    market = fill_market(path.block.values[:, 0, 0], path.market.at(np.array([0])).macro[0])
    levels = levels_at_fill(market, entry, side, SETTINGS.levels)
    margin = entry / float(first.leverage[0])
    liquidation = (margin - side * entry) / (0.01 - side)
    liquidation += side * abs(entry - liquidation) * SETTINGS.leverage.liquidation_buffer
    fill = Fill(entry, side, float(first.leverage[0]), path.candles[row, M.TIME], 0.1, max(liquidation, 0.0))
    state = open_position(fill, levels, market, SETTINGS.exits, parameters)
    gross, turnover, code = 0.0, 0.0, None
    for later in range(row, path.rows):
        prices = path.candles[later]
        opposite = later > row and path.accepted[later - 1] == -side
        opened, high, low, close = (float(price) for price in prices[M.OPEN : M.CLOSE + 1])
        around = Surroundings(prices[M.ATR_1H], funding_pct=0.0, opposite_signal=bool(opposite))
        candle = Candle(prices[M.TIME], opened, high, low, close, around)
        state, at_open, inside = step_candle(state, candle, parameters)
        for decision in (at_open, inside):
            if decision.reason is not None:
                gross += decision.fraction * side * (decision.price / entry - 1.0) * 100.0
                turnover += decision.fraction * decision.price / entry
        if state[S.CLOSE_CODE] > 0.0:
            code = CloseReason(int(state[S.CLOSE_CODE]))
            break
    if code is None:
        assert found.code[0] == 0.0
        return
    assert CloseReason(int(found.code[0])) is code
    assert found.last_row[0] == later
    assert found.gross_pct[0] == pytest.approx(gross, rel=1e-9, abs=1e-9)
    assert found.turnover[0] == pytest.approx(turnover, rel=1e-9)


@pytest.mark.parametrize(
    ("side", "stop", "rests"), [(1.0, 90.001, 90.01), (-1.0, 90.009, 90.0), (1.0, 90.01, 90.01)]
)
def test_a_stop_rests_on_the_tick_nearer_to_the_market(side: float, stop: float, rests: float) -> None:
    state = np.full(len(S), np.nan)
    state[S.SIDE] = side
    assert towards_the_market(state, stop, 0.01) == pytest.approx(rests, abs=1e-9)
    assert towards_the_market(state, stop, 0.0) == stop


def test_funding_is_paid_by_a_long_at_each_settlement_after_the_fill() -> None:
    near: Prices = (100.0, 100.0, 98.5, 99.0)
    still = course([FLAT, near, *[(99.0,) * 4] * 20], funding={1: 0.5, 3: 0.0001, 9: 0.0002})
    found = outcomes_of(still, still.decisions.signals.at(np.array([0])), SETTINGS)
    assert (found.fill_row[0], found.last_row[0]) == (1, 21)
    assert found.funding_pct[0] == pytest.approx(-0.03 * 99.0 / found.entry[0], rel=1e-9)


def test_a_position_that_is_open_at_the_end_is_valued_at_the_last_close() -> None:
    entry = course([FLAT] * 3).decisions.signals.entry_price[0]
    path = course(
        [FLAT, (100.0, 100.0, entry - 0.01, entry), (entry, entry, entry, entry), (entry, 99.9, entry, 99.9)]
    )
    found = outcomes_of(path, path.decisions.signals.at(np.array([0])), SETTINGS)
    assert found.code[0] == 0.0
    assert found.last_row[0] == 3
    assert found.gross_pct[0] == pytest.approx((99.9 / found.entry[0] - 1.0) * 100.0)
    assert math.isfinite(found.turnover[0])


def test_an_order_that_is_not_filled_has_no_outcome() -> None:
    path = course([FLAT] * 20)
    found = outcomes_of(path, path.decisions.signals.at(np.array([0])), SETTINGS)
    assert not found.filled[0]
    assert np.isnan([found.gross_pct[0], found.entry[0], found.funding_pct[0], found.code[0]]).all()


def test_moves_are_in_the_sides_favour_and_unknown_beyond_the_end() -> None:
    prices = [FLAT] * 12 + [(100.0, 102.0, 100.0, 102.0)] * 10
    path = course(prices)
    moves = outcomes_of(path, path.decisions.signals.at(np.array([0, 15])), SETTINGS).moves
    assert moves[0].tolist()[0] == pytest.approx(2.0)
    assert np.isnan(moves[0][1])
    assert np.isnan(moves[1:]).all()
