"""Kill switch, emergency, time rules, recovery exit and reversal, each for itself."""

from __future__ import annotations

import math

import pytest

from hhq.exits.answers import stop_price, stop_reason
from hhq.exits.prices import roi_pct
from hhq.exits.slots import StateSlot as S
from hhq.exits.step import settle_reduction
from hhq.reasons import CloseReason as R
from tests.hhq.exits.conftest import START

HOUR = 3600.0


def test_the_kill_switch_halves_once_and_then_closes(bench: type, side: float) -> None:
    one = bench(side=side, leverage=10.0, stop=14.0)
    assert one.tick(1, -2.99).is_nothing
    assert one.tick(2, -3.01) == (R.KILL_SWITCH_PARTIAL, 0.5, one.price(-3.01))
    one.state = settle_reduction(one.state)
    assert one.tick(3, -4.0).is_nothing
    assert one.tick(4, -5.01) == (R.KILL_SWITCH_FULL, 0.5, one.price(-5.01))


@pytest.mark.parametrize(
    ("leverage", "factor"), [(1.0, 1.0), (10.0, 1.0), (20.0, math.sqrt(0.5)), (75.0, 0.5)]
)
def test_higher_leverage_makes_the_kill_switch_tighter(bench: type, leverage: float, factor: float) -> None:
    one = bench(leverage=leverage, stop=14.0)
    assert one.state[S.KILL_FIRST_ROI_PCT] == pytest.approx(-30 * factor)
    assert one.state[S.KILL_FULL_ROI_PCT] == pytest.approx(-50 * factor)


def test_cross_margin_has_its_own_kill_switch_values(bench: type) -> None:
    one = bench(leverage=10.0, cross=True)
    assert (one.state[S.KILL_FIRST_ROI_PCT], one.state[S.KILL_FULL_ROI_PCT]) == (-100.0, -150.0)


def test_the_full_close_lies_at_most_eight_tenths_of_the_way_to_liquidation(bench: type, side: float) -> None:
    one = bench(side=side, leverage=10.0, stop=14.0, liquidation=-5.0)
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-4))
    assert stop_reason(one.state, one.parameters) is R.KILL_SWITCH_FULL
    assert one.tick(1, -4.01).reason is R.KILL_SWITCH_FULL


def test_emergency_closes_at_fifteen_percent(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0, stop=30.0)
    assert stop_reason(one.state, one.parameters) is R.EMERGENCY_SL
    assert one.tick(1, -14.99).is_nothing
    assert one.tick(2, -15.01).reason is R.EMERGENCY_SL
    inside = bench(side=side, leverage=1.0, stop=30.0).candle(1, 0, 1, -20, -18).inside
    assert inside == (R.EMERGENCY_SL, 1.0, pytest.approx(100 - side * 15))


def test_the_portfolio_recovery_closes_the_position(bench: type) -> None:
    assert bench().tick(1, 0.0, close_all=True).reason is R.RECOVERY_CLOSE_ALL


def test_a_position_is_closed_two_hours_before_its_contract_is_delivered(bench: type, side: float) -> None:
    one, delivery = bench(side=side), START + 10 * HOUR
    assert one.tick(8 * HOUR - 1, 0.2, delivery=delivery).is_nothing
    assert one.tick(8 * HOUR, 0.2, delivery=delivery).reason is R.DELISTING


def test_the_time_before_a_delivery_is_a_setting_and_the_rule_can_be_off(bench: type) -> None:
    early = bench(changes={"delisting": {"hours": 5.0}})
    assert early.tick(300, 0.2, delivery=START + 300 + 5 * HOUR).reason is R.DELISTING
    off = bench(changes={"delisting": {"enabled": False}})
    assert off.tick(300, 0.2, delivery=START + HOUR).is_nothing


def test_a_delivery_does_not_wait_for_a_candle_and_a_date_decades_ahead_means_nothing(bench: type) -> None:
    one = bench()
    assert one.tick(10, 0.2, delivery=4_133_404_800.0).is_nothing
    assert one.tick(11, 0.2).is_nothing
    assert one.tick(12, 0.2, delivery=START + HOUR).reason is R.DELISTING


@pytest.mark.parametrize(("funding", "loss"), [(math.nan, False), (0.0, False), (-0.2, True), (0.2, False)])
def test_loss_is_net_of_fees_and_funding_and_less_than_the_fees_is_neutral(
    bench: type, funding: float, loss: bool
) -> None:
    """Lesson 23: no figure included fees or funding."""
    one = bench(changes={"adverse": {"enabled": False}})
    assert (one.tick(4 * HOUR, 0.1, funding_pct=funding).reason is R.TIME_REDUCE_4H) is loss


def test_funding_that_was_received_turns_a_small_loss_neutral(bench: type) -> None:
    assert bench().tick(4 * HOUR, -0.05).reason is R.TIME_REDUCE_4H
    assert bench().tick(4 * HOUR, -0.05, funding_pct=0.1).is_nothing


def test_a_losing_trade_without_a_new_best_price_leaves_after_eight_hours(bench: type, side: float) -> None:
    one = bench(side=side, changes={"time_reduction": {"enabled": False}})
    assert one.tick(8 * HOUR - 1, -1).is_nothing
    assert one.tick(8 * HOUR, -1).reason is R.ADVERSE_TIME_EXIT
    fresh = bench(side=side, changes={"time_reduction": {"enabled": False}})
    fresh.tick(5 * HOUR, 0.5)
    assert fresh.tick(8 * HOUR, -1).is_nothing
    assert fresh.tick(9 * HOUR, -1).reason is R.ADVERSE_TIME_EXIT


def test_a_winner_does_not_leave_through_the_adverse_rule(bench: type) -> None:
    assert bench(changes={"time_reduction": {"enabled": False}}).tick(9 * HOUR, 0.05).is_nothing


def test_after_twelve_hours_the_first_retrace_closes(bench: type, side: float) -> None:
    one = bench(side=side)
    one.tick(12 * HOUR - 1, 1.0)
    assert one.tick(12 * HOUR, 1.0).is_nothing
    one.candle(144.5, 1, 3, 1, 2.5)
    assert one.tick(12.2 * HOUR, 2.5).is_nothing
    assert one.tick(12.3 * HOUR, 2.39).reason is R.TIME_GRADUAL


def test_the_current_atr_counts_where_it_is_known(bench: type) -> None:
    one = bench()
    one.tick(12 * HOUR, 1.0)
    assert one.tick(12.1 * HOUR, 0.5, atr_1h=3.0).is_nothing
    assert one.tick(12.2 * HOUR, 0.5, atr_1h=1.0).reason is R.TIME_GRADUAL


def test_after_forty_eight_hours_every_trade_closes(bench: type) -> None:
    one = bench(changes={"gradual": {"enabled": False}})
    assert one.tick(48 * HOUR - 1, 1.0).is_nothing
    assert one.tick(48 * HOUR, 1.0).reason is R.TIME_FORCE


def test_a_trade_that_came_back_from_a_deep_loss_leaves_when_it_turns(bench: type, side: float) -> None:
    one = bench(side=side)
    one.candle(1, 0, 0, -3.1, -3)
    one.candle(2, -3, 0.2, -3, 0.2)
    one.candle(3, 0.2, 0.4, 0.1, 0.3)
    assert one.tick(1200, 0.2).is_nothing
    assert one.tick(1500, -0.21).reason is R.RECOVERY_EXIT


def test_a_trade_has_come_back_even_if_only_an_open_shows_it(bench: type) -> None:
    one = bench()
    one.candle(1, 0, 0, -3.1, -3)
    one.tick(600, 0.2)
    assert one.tick(900, -0.41).reason is R.RECOVERY_EXIT


def test_a_small_loss_that_came_back_is_no_recovery(bench: type) -> None:
    one = bench()
    one.candle(1, 0, 0, -2.9, -2)
    one.candle(2, -2, 0.5, -2, 0.5)
    assert one.tick(900, -2.0).is_nothing


def test_a_signal_of_the_other_side_closes_only_a_winner(bench: type, side: float) -> None:
    one = bench(side=side)
    assert one.tick(300, 0.49, opposite_signal=True).is_nothing
    assert one.tick(600, 0.51).is_nothing
    assert one.tick(900, 0.51, opposite_signal=True).reason is R.SIGNAL_REVERSAL_PROFIT


def test_time_rules_look_once_per_candle_and_price_rules_at_every_tick(bench: type) -> None:
    one = bench(changes={"time_reduction": {"enabled": False}})
    one.tick(48 * HOUR - 300, -0.05 + 1.0)
    one.state[S.OPENED_AT] -= 200.0
    assert one.tick(48 * HOUR - 100, 1.0).is_nothing
    assert one.tick(48 * HOUR - 50, 11.0).reason is R.TP_HIT


def test_a_candle_length_of_zero_looks_at_every_tick(bench: type) -> None:
    one = bench(leverage=1.0, trail_roi=4.0, changes={"candle_seconds": 0.0})
    one.tick(1, 5.0)
    one.tick(2, 4.9)
    assert one.state[S.STOP_CODE] == R.TRAILING_STOP


def test_roi_is_the_leveraged_move(bench: type, side: float) -> None:
    one = bench(side=side, leverage=7.0)
    assert roi_pct(one.state, one.price(-2)) == pytest.approx(-14.0)
