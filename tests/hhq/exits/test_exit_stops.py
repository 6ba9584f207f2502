"""Stop, trail, breakeven, confirmation and what rests on the exchange."""

from __future__ import annotations

import math

import pytest

from hhq.exits.answers import close_reason, ordinary_stop_price, stop_price, stop_reason, target_price
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason as R

CONFIRMED: dict[str, object] = {"confirmation": {"evaluations": 3, "seconds": 0.0}}


def test_the_first_stop_is_a_stop_loss_and_rests_at_its_price(bench: type, side: float) -> None:
    one = bench(side=side)
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-5))
    assert stop_reason(one.state, one.parameters) is R.SL_HIT
    assert close_reason(one.state) is None


def test_a_gap_through_the_stop_fills_at_the_open(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0)
    step = one.candle(1, -7, -6, -8, -7)
    assert step.at_open == (R.SL_HIT, 1.0, one.price(-7))
    assert step.inside.is_nothing
    assert close_reason(one.state) is R.SL_HIT


def test_a_stop_inside_the_candle_fills_at_its_price_before_the_target(bench: type, side: float) -> None:
    step = bench(side=side).candle(1, 0, 20, -20, 0)
    assert step.inside.reason is R.SL_HIT
    assert step.inside.price == pytest.approx(100 - side * 5)


def test_a_target_inside_the_candle_fills_at_its_price_and_a_gap_beyond_it_at_the_open(
    bench: type, side: float
) -> None:
    assert bench(side=side).candle(1, 0, 20, -1, 5).inside == (R.TP_HIT, 1.0, pytest.approx(100 + side * 10))
    assert bench(side=side).candle(1, 12, 20, 11, 15).at_open == (R.TP_HIT, 1.0, 100 + side * 12)


def test_a_closed_position_answers_its_close_again_and_stays_as_it_is(bench: type, side: float) -> None:
    one = bench(side=side)
    first = one.tick(1, -6)
    closed = one.state.tobytes()
    assert one.tick(600, 3) == first
    assert one.candle(5, 0, 20, -20, 0).at_open == first
    assert one.state.tobytes() == closed


def test_the_position_without_hurst_has_no_target(bench: type) -> None:
    one = bench(target=math.nan)
    assert target_price(one.state) is None
    assert one.tick(1, 500).is_nothing
    assert target_price(bench().state) == 110.0


def test_the_trail_does_not_arm_at_a_hundredth_of_a_percent(bench: type, side: float) -> None:
    """Lesson 30: ROI alone arms it at high leverage; it waits until its stop would begin at breakeven."""
    one = bench(side=side, leverage=75.0, trail_roi=0.5, trail_activation=0.01, trail_distance=3.0)
    one.candle(1, 0, 0.01, -0.01, 0)
    one.candle(2, 0, 1.5, 0, 1.0)
    one.tick(900, 1.0)
    assert one.state[S.TRAIL_ACTIVE] == 0.0
    one.candle(4, 1, 1.7, 1.0, 1.65)
    one.tick(1500, 1.65)
    assert one.state[S.TRAIL_ACTIVE] == 1.0
    assert side * (one.state[S.STOP] - one.price(0.1)) >= 0


def test_the_trail_arms_by_roi_or_by_price_and_follows_the_best_price_only_upwards(
    bench: type, side: float
) -> None:
    by_roi = bench(side=side, leverage=1.0, trail_roi=4.0, trail_distance=3.0)
    by_price = bench(side=side, leverage=1.0, trail_activation=4.0, trail_distance=3.0)
    for one in (by_roi, by_price):
        one.candle(1, 0, 3.9, 0, 3)
        one.tick(600, 3.0)
        assert one.state[S.STOP_CODE] == R.SL_HIT
        one.candle(3, 3, 4.1, 3, 4)
        one.tick(1200, 4.0)
        assert one.state[S.STOP_CODE] == R.TRAILING_STOP
        assert one.state[S.STOP] == pytest.approx(one.price(1.1))
        one.candle(5, 4, 4, 2, 2)
        one.tick(1800, 2.0)
        assert one.state[S.STOP] == pytest.approx(one.price(1.1))
        assert one.tick(1803, 1.0).reason is R.TRAILING_STOP


@pytest.mark.parametrize(("best", "distance"), [(4.9, 3.0), (5.1, 2.25), (9.9, 2.25), (10.1, 1.5)])
def test_the_trail_tightens_with_the_roi_that_was_reached(bench: type, best: float, distance: float) -> None:
    one = bench(leverage=1.0, target=50, trail_roi=4.0, trail_distance=3.0)
    one.candle(1, 0, best, 0, best)
    one.tick(600, best)
    assert one.state[S.STOP] == pytest.approx(100 + best - distance)


def test_a_trail_can_be_switched_off(bench: type) -> None:
    one = bench(leverage=1.0, trail_roi=1.0, changes={"trail": {"enabled": False}})
    one.candle(1, 0, 9, 0, 9)
    one.tick(600, 9.0)
    assert one.state[S.TRAIL_ACTIVE] == 0.0


def test_a_new_stop_is_never_beyond_the_current_price(bench: type, side: float) -> None:
    """A spike that is over when its candle has closed: the trail closes, but not below breakeven."""
    one = bench(side=side, leverage=1.0, trail_roi=4.0, trail_distance=3.0)
    one.candle(1, 0, 9, 0, 1)
    decision = one.tick(600, 1.0)
    assert decision == (R.TRAILING_STOP, 1.0, one.price(1))
    assert one.state[S.STOP] == one.price(1)
    losing = bench(side=side, leverage=1.0, trail_roi=4.0, trail_distance=3.0)
    losing.candle(1, 0, 9, 0, 0.05)
    assert losing.tick(600, 0.05).is_nothing
    assert losing.state[S.TRAIL_ACTIVE] == 0.0


def test_peaks_of_a_candle_count_only_after_it_has_closed(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0, trail_roi=4.0, trail_distance=3.0)
    one.tick(30, 6.0)
    assert one.tick(60, 2.0).is_nothing
    assert one.state[S.PEAK] == 100.0
    assert one.tick(300, 4.0).is_nothing
    assert one.state[S.PEAK] == one.price(6)


def test_breakeven_is_a_stop_and_does_not_close_a_winner(bench: type, side: float) -> None:
    """Lesson 29: the breakeven order was marketable and closed winners at once."""
    one = bench(side=side, leverage=1.0)
    one.candle(1, 0, 4.1, 0, 4)
    assert one.tick(600, 4.0).is_nothing
    assert one.state[S.STOP_CODE] == R.BREAKEVEN
    assert one.state[S.STOP] == pytest.approx(one.price(0.15 + 0.1))
    assert one.tick(603, 0.2).reason is R.BREAKEVEN


def test_breakeven_waits_while_the_price_is_behind_it(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0)
    one.candle(1, 0, 4.1, 0, 0.1)
    assert one.tick(600, 0.1).is_nothing
    assert one.state[S.STOP_CODE] == R.SL_HIT
    one.tick(900, 1.0)
    assert one.state[S.STOP_CODE] == R.BREAKEVEN


def test_breakeven_leaves_young_trades_alone(bench: type) -> None:
    one = bench(leverage=1.0, changes={"breakeven": {"smallest_age_minutes": 60}})
    one.candle(1, 0, 4.1, 0, 4)
    one.tick(600, 4.0)
    assert one.state[S.STOP_CODE] == R.SL_HIT
    one.tick(3600, 4.0)
    assert one.state[S.STOP_CODE] == R.BREAKEVEN


def test_breakeven_can_be_switched_off(bench: type) -> None:
    one = bench(leverage=1.0, changes={"breakeven": {"enabled": False}})
    one.candle(1, 0, 9, 0, 9)
    one.tick(600, 9.0)
    assert one.state[S.STOP_CODE] == R.SL_HIT


def test_where_breakeven_and_trail_both_set_a_stop_the_tighter_names_the_code(bench: type) -> None:
    one = bench(leverage=1.0, trail_activation=3.5, trail_distance=4.0)
    one.candle(1, 0, 4.2, 0, 4)
    one.tick(600, 4.0)
    assert one.state[S.STOP_CODE] == R.BREAKEVEN
    one.candle(3, 4, 5, 4, 5)
    one.tick(1200, 5.0)
    assert one.state[S.STOP_CODE] == R.TRAILING_STOP


def test_a_stop_closes_after_three_evaluations_and_a_spike_that_comes_back_resets(
    bench: type, side: float
) -> None:
    one = bench(side=side, leverage=1.0, confirm=True, changes=CONFIRMED)
    assert [one.tick(at, -5.5).reason for at in (1, 2)] == [None, None]
    assert one.tick(3, -4.9).is_nothing
    assert [one.tick(at, -5.5).reason for at in (4, 4.5, 5, 5.5, 6)] == [None, None, None, None, R.SL_HIT]


def test_a_stop_can_require_time_beyond_it(bench: type) -> None:
    one = bench(leverage=1.0, confirm=True, changes={"confirmation": {"evaluations": 1, "seconds": 10.0}})
    assert [one.tick(at, -5.5).reason for at in (1, 5, 10.9, 11)] == [None, None, None, R.SL_HIT]


def test_while_stops_are_confirmed_a_catastrophe_stop_rests_and_needs_no_confirmation(
    bench: type, side: float
) -> None:
    one = bench(side=side, leverage=1.0, confirm=True, changes=CONFIRMED)
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-6.5))
    assert stop_reason(one.state, one.parameters) is R.SL_HIT
    assert one.tick(1, -6.6).reason is R.SL_HIT


def test_the_catastrophe_stop_stays_before_liquidation_and_moves_along(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0, confirm=True, changes=CONFIRMED, liquidation=-6.0)
    assert ordinary_stop_price(one.state, one.parameters) == pytest.approx(one.price(-5.4))
    one.candle(1, 0, 4.1, 0, 4)
    one.tick(600, 4.0)
    assert ordinary_stop_price(one.state, one.parameters) == pytest.approx(one.price(0.25 - 1.5))


def test_no_stop_lies_behind_liquidation(bench: type, side: float) -> None:
    """Lesson 24: a stop of 25 ATR at high leverage was never reached."""
    one = bench(side=side, stop=30.0, leverage=20.0, liquidation=-4.0)
    assert one.state[S.STOP] == pytest.approx(one.price(-3.6))
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-50 / math.sqrt(2) / 20))


def test_a_liquidation_price_that_comes_nearer_pulls_the_stop_in(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0, liquidation=-8.0)
    assert one.tick(300, 0.0, liquidation=one.price(-4.0)).is_nothing
    assert one.state[S.STOP] == pytest.approx(one.price(-3.6))
    one.tick(600, 0.0, liquidation=one.price(-20.0))
    assert one.state[S.STOP] == pytest.approx(one.price(-3.6))
    one.tick(900, -3.0, liquidation=one.price(-3.1))
    assert one.state[S.STOP] == pytest.approx(one.price(-3.6))


def test_a_liquidation_price_on_the_winning_side_is_no_bound(bench: type) -> None:
    one = bench(leverage=1.0, liquidation=4.0, target=50)
    assert stop_price(one.state, one.parameters) == 95.0


def test_a_position_whose_atr_is_not_known_stops_at_the_emergency_price(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0, stop=math.nan, level=math.nan, atr=math.nan)
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-15))
    one.candle(1, 0, 9, 0, 9)
    assert one.tick(600, 9.0).is_nothing


@pytest.mark.parametrize("price", [math.nan, 0.0, -3.0, math.inf])
def test_an_impossible_price_judges_nothing(bench: type, price: float) -> None:
    one = bench()
    before = one.state.tobytes()
    assert one.tick(5, price - 100.0).is_nothing
    assert one.state.tobytes() == before


def test_a_moment_is_judged_once(bench: type) -> None:
    one = bench(confirm=True, changes=CONFIRMED)
    one.tick(5, -5.5)
    state = one.state.tobytes()
    assert one.tick(5, -5.5).is_nothing
    assert one.tick(4, -9.0).is_nothing
    assert one.state.tobytes() == state


def test_in_the_candle_of_the_fill_the_best_price_counts_only_if_it_came_after(
    bench: type, side: float
) -> None:
    """The fill is better than the open of a candle that closed against the side: its best price came
    before the fill.
    """
    assert bench(side=side, target=3).candle(0, 1, 4, -1, 0).inside.is_nothing
    assert bench(side=side, target=3).candle(0, 1, 4, -1, 2).inside.reason is R.TP_HIT
    assert bench(side=side, target=3).candle(0, 0, 4, -1, -0.5).inside.reason is R.TP_HIT
    assert bench(side=side, target=3).candle(1, 1, 4, -1, 0).inside.reason is R.TP_HIT


def test_the_candle_of_the_fill_has_no_rules_at_its_open(bench: type, side: float) -> None:
    one = bench(side=side)
    step = one.candle(0, 12, 13, -1, 0)
    assert step.at_open.is_nothing
    assert one.candle(1, 12, 13, 11, 12).at_open.reason is R.TP_HIT


def test_a_backtest_whose_candles_freqtrade_judges_inside_learns_the_same(bench: type, side: float) -> None:
    whole, parts = (bench(side=side, leverage=1.0, trail_roi=4.0) for _ in range(2))
    path = [(0, 1, -1, 0.5), (0.5, 5, 0, 4.5), (4.5, 6, 4, 5.5), (5.5, 5.6, 3.5, 3.6)]
    for number, candle in enumerate(path):
        step = whole.candle(number, *candle)
        closed = parts.bar(number - 1, *path[number - 1]) if number else None
        for _ in range(2):  # every callback at that moment may take the step
            decision = parts.open(number, candle[0], closed)
        assert decision.is_nothing
        assert step.at_open.is_nothing
        stops = [stop_price(one.state, one.parameters) for one in (whole, parts)]
        assert stops[0] == stops[1]
    assert step.inside.reason is stop_reason(parts.state, parts.parameters) is R.TRAILING_STOP
    assert step.inside.price == stop_price(parts.state, parts.parameters)


def test_a_candle_that_is_over_is_not_learned_twice(bench: type, side: float) -> None:
    one = bench(side=side, leverage=1.0)
    closed = one.bar(1, 0, 5, -1, 1)
    one.open(2, 2.0, closed)
    one.open(2.1, 1.0, closed)
    assert one.state[S.PEAK] == one.price(5)
    assert one.state[S.FORMING_BEST] == one.price(2)
