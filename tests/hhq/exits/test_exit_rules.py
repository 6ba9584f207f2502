"""Time rules, reductions, kill switch, emergency, reversal, and the order in which they count."""

from __future__ import annotations

import json
import math
from typing import cast

import pytest

from hhq.exits.answers import close_reason, reduction_reason, reduction_share, stop_price, stop_reason
from hhq.exits.position import restore_state, state_record
from hhq.exits.prices import roi_pct
from hhq.exits.slots import StateSlot as S
from hhq.exits.step import settle_reduction, standing
from hhq.reasons import CloseReason as R

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


def test_old_losers_are_reduced_once_at_four_and_at_eight_hours(bench: type, side: float) -> None:
    one = bench(side=side, changes={"adverse": {"enabled": False}})
    assert one.tick(4 * HOUR - 1, -1).is_nothing
    assert one.tick(4 * HOUR, -1) == (R.TIME_REDUCE_4H, 0.1, one.price(-1))
    one.state = settle_reduction(one.state)
    assert one.state[S.TARGET] == pytest.approx(one.price(9))
    assert one.tick(5 * HOUR, -1).is_nothing
    assert one.tick(8 * HOUR, -1) == (R.TIME_REDUCE_8H, 0.1, one.price(-1))
    one.state = settle_reduction(one.state)
    assert one.state[S.TARGET] == pytest.approx(one.price(8.1))
    assert one.state[S.REMAINING] == pytest.approx(0.8)


def test_old_winners_keep_their_size_but_their_target_comes_nearer(bench: type, side: float) -> None:
    one = bench(side=side)
    assert one.tick(4 * HOUR, 0.5).is_nothing
    assert one.tick(8 * HOUR, 0.5).is_nothing
    assert one.state[S.TARGET] == pytest.approx(one.price(8.1))
    assert one.tick(9 * HOUR, 0.05).is_nothing
    assert one.state[S.REMAINING] == 1.0


def test_a_restart_does_not_repeat_the_time_rules(bench: type) -> None:
    """Lesson 32: after each restart the 4 h and 8 h reductions were made again."""
    one = bench(changes={"adverse": {"enabled": False}})
    reasons = []
    for hours in (4.0, 4.1, 5.0, 8.0, 8.1, 9.0):
        one.state = restore_state(json.loads(json.dumps(state_record(one.state))))
        reasons.append(one.tick(hours * HOUR, -1).reason)
        one.state = restore_state(json.loads(json.dumps(state_record(one.state))))
        one.state = settle_reduction(one.state)
    assert reasons == [R.TIME_REDUCE_4H, None, None, R.TIME_REDUCE_8H, None, None]


def test_a_decision_that_was_not_carried_out_is_known_after_a_restart(bench: type) -> None:
    one = bench(leverage=10.0, stop=14.0)
    one.tick(1, -3.5)
    back = restore_state(json.loads(json.dumps(state_record(one.state))))
    assert standing(back, 96.5) == (R.KILL_SWITCH_PARTIAL, 0.5, 96.5)
    one.tick(2, -6.0)
    back = restore_state(json.loads(json.dumps(state_record(one.state))))
    assert standing(back) == (R.KILL_SWITCH_FULL, 1.0, 94.0)


def test_after_a_gap_both_time_rules_apply_one_after_the_other(bench: type) -> None:
    one = bench(changes={"adverse": {"enabled": False}})
    assert one.tick(9 * HOUR, -1).reason is R.TIME_REDUCE_4H
    one.state = settle_reduction(one.state)
    assert one.tick(9.2 * HOUR, -1).reason is R.TIME_REDUCE_8H


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


def test_partial_profits_are_taken_once_each(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0, target=50, changes={"partial_take_profit": {"enabled": True}})
    taken = []
    for number, at in enumerate((0.9, 1.1, 1.1, 2.1, 5.0, 5.0), start=1):
        decision = one.open(number, at)
        taken.append(decision.reason)
        one.state = settle_reduction(one.state)
    assert taken == [None, R.TP1, None, R.TP2, R.TP3, None]
    assert one.state[S.REMAINING] == pytest.approx(0.25)


def test_partial_profits_are_off_by_default(bench: type) -> None:
    assert bench(leverage=1.0, target=50).tick(600, 20.0).is_nothing


def test_a_reduction_of_everything_that_is_left_is_a_close(bench: type) -> None:
    changes = {
        "partial_take_profit": {"enabled": True, "close_pct": 33.0},
        "time_reduction": {"close_pct": 50.0},
    }
    one = bench(leverage=1.0, target=50, changes=changes | {"adverse": {"enabled": False}})
    for number, at in ((1, 1.5), (2, 2.5)):
        one.open(number, at)
        one.state = settle_reduction(one.state)
    assert one.open(48, -1.0) == (R.TIME_REDUCE_4H, pytest.approx(0.34), 99.0)
    assert close_reason(one.state) is R.TIME_REDUCE_4H
    assert reduction_share(one.state) is None


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


ORDER = (
    R.LIQUIDATION,
    R.SL_HIT,
    R.EMERGENCY_SL,
    R.KILL_SWITCH_FULL,
    R.RECOVERY_CLOSE_ALL,
    R.ADVERSE_TIME_EXIT,
    R.TIME_FORCE,
    R.TIME_GRADUAL,
    R.RECOVERY_EXIT,
    R.KILL_SWITCH_PARTIAL,
    R.TIME_REDUCE_4H,
)
"""All rules that one price in loss can trigger; the resting stop is the tightest level, here the stop itself.
"""


@pytest.mark.parametrize("rank", range(len(ORDER)))
def test_the_first_rule_of_the_order_wins(bench: type, side: float, rank: int) -> None:
    """At −9 everything is due at once; the rules before the expected one are taken away."""
    gone = set(ORDER[:rank])
    rules = {"adverse": R.ADVERSE_TIME_EXIT, "force": R.TIME_FORCE, "gradual": R.TIME_GRADUAL,
             "recovery_exit": R.RECOVERY_EXIT}  # fmt: skip
    changes: dict[str, object] = {name: {"enabled": rule not in gone} for name, rule in rules.items()}
    changes["emergency"] = {"loss_pct": 90.0 if R.EMERGENCY_SL in gone else 8.5}
    one = bench(side=side, leverage=1.0, stop=80.0 if R.SL_HIT in gone else 8.0, changes=changes)
    state = one.state
    state[S.KILL_FIRST_ROI_PCT] = -95.0 if R.KILL_SWITCH_PARTIAL in gone else -5.0
    state[S.KILL_FULL_ROI_PCT] = -96.0 if R.KILL_SWITCH_FULL in gone else -8.8
    state[S.LIQUIDATION] = math.nan if R.LIQUIDATION in gone else one.price(-8.9)
    state[S.GRADUAL_BEST], state[S.RECOVERY_STAGE], state[S.RECOVERY_BEST] = one.price(0), 2.0, one.price(0.2)
    decision = one.tick(50 * HOUR, -9.0, close_all=R.RECOVERY_CLOSE_ALL not in gone, opposite_signal=True)
    assert decision.reason is ORDER[rank]


@pytest.mark.parametrize(
    ("stop", "emergency", "expected"),
    [
        (8.0, 8.0, R.KILL_SWITCH_FULL),
        (8.0, 7.9, R.EMERGENCY_SL),
        (7.9, 7.9, R.EMERGENCY_SL),
        (7.8, 7.9, R.SL_HIT),
    ],
)
def test_of_levels_at_one_price_kill_switch_then_emergency_then_stop_name_the_close(
    bench: type, stop: float, emergency: float, expected: R
) -> None:
    one = bench(leverage=1.0, stop=stop)
    one.state[S.KILL_FULL_ROI_PCT], one.state[S.EMERGENCY] = -8.0, 100.0 - emergency
    assert one.tick(1, -9.0).reason is expected


def test_a_price_beyond_liquidation_inside_a_candle_has_passed_the_stop_before(
    bench: type, side: float
) -> None:
    assert bench(side=side, liquidation=-15.0).tick(10, -16.0).reason is R.SL_HIT
    assert bench(side=side, liquidation=-15.0).tick(300, -16.0).reason is R.LIQUIDATION


def test_reversal_comes_after_the_recovery_exit_and_before_reductions(bench: type) -> None:
    on = {"partial_take_profit": {"enabled": True}}
    recovered = bench(leverage=1.0, changes=on)
    recovered.state[S.RECOVERY_STAGE], recovered.state[S.RECOVERY_BEST] = 2.0, 108.0
    assert recovered.tick(300, 5.0, opposite_signal=True).reason is R.RECOVERY_EXIT
    assert (
        bench(leverage=1.0, changes=on).tick(300, 5.0, opposite_signal=True).reason
        is R.SIGNAL_REVERSAL_PROFIT
    )
    assert bench(leverage=1.0, changes=on).tick(300, 5.0).reason is R.TP1


def test_a_target_comes_after_a_stop_and_before_the_portfolio_recovery(bench: type) -> None:
    one = bench(leverage=1.0)
    one.state[S.STOP] = 112.0
    assert one.tick(1, 11.0, close_all=True).reason is R.SL_HIT
    assert bench().tick(1, 11.0, close_all=True).reason is R.TP_HIT


def test_a_reduction_is_decided_again_until_it_is_settled_and_never_after(bench: type) -> None:
    """Lessons 31 and 32: a failed order is repeated, a rule that fired is not."""
    one = bench(leverage=10.0, stop=14.0)
    for seconds in (1, 2, 3):
        assert one.tick(seconds, -3.5).reason is R.KILL_SWITCH_PARTIAL
    assert reduction_reason(one.state) is R.KILL_SWITCH_PARTIAL
    assert reduction_share(one.state) == 0.5
    assert standing(one.state).reason is R.KILL_SWITCH_PARTIAL
    one.state = settle_reduction(one.state, 0.48)
    assert one.state[S.REMAINING] == pytest.approx(0.52)
    assert reduction_reason(one.state) is None
    assert standing(one.state).is_nothing
    assert one.tick(4, -3.5).is_nothing


def test_the_share_that_freqtrade_closes_is_of_what_is_open_now(bench: type) -> None:
    one = bench(leverage=1.0, target=50, changes={"partial_take_profit": {"enabled": True}})
    shares = []
    for number, at in enumerate((1.1, 2.1, 5.0), start=1):
        one.open(number, at)
        shares.append(cast(float, reduction_share(one.state)))
        one.state = settle_reduction(one.state)
    assert shares == [pytest.approx(1 / 4), pytest.approx(1 / 3), pytest.approx(1 / 2)]


def test_a_reduction_that_is_too_small_for_the_exchange_is_settled_with_nothing(bench: type) -> None:
    one = bench(leverage=10.0, stop=14.0)
    one.tick(1, -3.5)
    one.state = settle_reduction(one.state, 0.0)
    assert one.state[S.REMAINING] == 1.0
    assert one.tick(2, -3.5).is_nothing


def test_a_close_replaces_a_reduction_that_is_not_settled(bench: type) -> None:
    one = bench(leverage=10.0, stop=14.0)
    one.tick(1, -3.5)
    assert one.tick(2, -6.0) == (R.KILL_SWITCH_FULL, 1.0, 94.0)
    assert reduction_share(one.state) is None


def test_every_rule_is_reachable_from_the_one_step(bench: type) -> None:
    """Lesson 28: half of the exit rules lived in a function nobody called; here one call leads to each."""
    one = bench(leverage=4.0, stop=12.0, changes={"gradual": {"enabled": False}, "force": {"hours": 9.0}})
    seen = [
        step.reason
        for step in (one.candle(1, 0, 0, -8, -7.9).at_open, one.candle(2, -7.9, -7, -8, -7.5).at_open)
    ]
    seen.append(one.candle(48, -7, -6, -7, -6).at_open.reason)
    seen.append(one.candle(108, -6, -5, -6, -5).at_open.reason)
    assert seen == [None, R.KILL_SWITCH_PARTIAL, R.TIME_REDUCE_4H, R.ADVERSE_TIME_EXIT]


def test_roi_is_the_leveraged_move(bench: type, side: float) -> None:
    one = bench(side=side, leverage=7.0)
    assert roi_pct(one.state, one.price(-2)) == pytest.approx(-14.0)
