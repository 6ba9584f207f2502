"""Reductions: by time, by profit, decided again until settled, and never twice."""

from __future__ import annotations

import json
from typing import cast

import pytest

from hhq.exits.answers import close_reason, reduction_reason, reduction_share
from hhq.exits.position import restore_state, state_record
from hhq.exits.slots import StateSlot as S
from hhq.exits.step import settle_reduction, standing
from hhq.reasons import CloseReason as R

HOUR = 3600.0


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
