"""Distances to levels are those of the exit engine's own prices, for both sides and any leverage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.bot.trade_models import OpenTrade
from companion.portfolio.position import Position, position_of
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position, state_record
from hhq.exits.prices import kill_full_price, resting_stop, roi_pct
from hhq.settings import HHQSettings
from tests.bot import answers

SETTINGS = HHQSettings()
PARAMETERS = exit_parameters(SETTINGS.exits, SETTINGS.levels, confirm_stops=True)
ENTRY = 250.0


def state_of(side: float, leverage: float, atr_pct: float) -> Any:
    atr = ENTRY * atr_pct / 100.0
    market = FillMarket(*(np.asarray(value) for value in (atr, atr_pct, atr_pct / 3.0, 0.5, 0.0)))
    levels = levels_at_fill(market, np.asarray(ENTRY), np.asarray(side), SETTINGS.levels)
    liquidation = ENTRY * (1.0 - side * 0.95 / leverage)
    fill = Fill(ENTRY, side, leverage, 1_760_000_000.0, 0.1, liquidation)
    return open_position(fill, levels, market, SETTINGS.exits, PARAMETERS)


def shown(side: float, leverage: float, state: Any, mark: float, **changes: Any) -> Position:
    made = answers.trade(
        3,
        is_short=side < 0,
        leverage=leverage,
        open_rate=ENTRY,
        amount=4.0,
        stake_amount=1000.0 / leverage,
        **changes,
    )
    stored = {"hhq_state": state_record(state)} if state is not None else {}
    trade = OpenTrade.model_validate(made)
    return position_of(
        "bot", trade, stored, PARAMETERS, mark=mark, now_ms=1_760_000_360_000, unconfirmed=False
    )


@given(st.sampled_from([1.0, -1.0]), st.floats(1.0, 50.0), st.floats(0.2, 8.0), st.floats(0.97, 1.03))
def test_levels_are_the_engines_and_distances_lead_to_them(
    side: float, leverage: float, atr_pct: float, moved: float
) -> None:
    state = state_of(side, leverage, atr_pct)
    mark = ENTRY * moved
    position = shown(side, leverage, state, mark)
    assert position.resting is not None
    assert position.kill_switch is not None
    assert position.stop is not None
    assert position.target is not None
    kill = position.kill_switch
    assert position.resting.price == resting_stop(state, PARAMETERS)[0]
    assert kill.full.price == kill_full_price(state, PARAMETERS)
    assert roi_pct(state, kill.first.price) == pytest.approx(kill.first_roi_pct)
    for level, direction in ((position.stop, -side), (kill.first, -side), (position.target, side)):
        assert mark * (1.0 + direction * level.distance_pct / 100.0) == pytest.approx(level.price)
    assert position.leverage == pytest.approx(leverage)
    assert position.roi_pct == pytest.approx(position.move_pct * leverage)


def test_an_unknown_mark_price_falls_back_to_freqtrades_last_price() -> None:
    assert shown(1.0, 5.0, None, math.nan, current_rate=251.0).mark_price == 251.0
    assert math.isnan(shown(1.0, 5.0, None, math.nan, current_rate=None).mark_price)


def test_an_entry_order_that_waits_has_no_size() -> None:
    trade = OpenTrade.model_validate(answers.trade(1, amount=0.0))
    position = position_of("bot", trade, {}, PARAMETERS, mark=1000.0, now_ms=0, unconfirmed=False)
    assert (position.state, position.size, position.notional) == ("entry order", 0.0, 0.0)


def test_a_state_of_another_version_is_not_shown_as_levels() -> None:
    record = state_record(state_of(1.0, 5.0, 1.0)) | {"layout": 99.0}
    trade = OpenTrade.model_validate(answers.trade(1))
    position = position_of(
        "bot", trade, {"hhq_state": record}, PARAMETERS, mark=1000.0, now_ms=0, unconfirmed=True
    )
    assert (position.stop, position.trail, position.kill_switch) == (None, None, None)
    assert position.unconfirmed
