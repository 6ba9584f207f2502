"""What holds on every path: stops tighten, liquidation stays behind them, rules fire once, parts add up,
sides mirror.
"""

from __future__ import annotations

import json
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.arrays import FloatArray
from hhq.exits.answers import stop_price
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import restore_state, state_record
from hhq.exits.slots import StateSlot as S
from hhq.exits.step import CandleStep, Decision, settle_reduction
from hhq.reasons import CloseReason as R
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings
from tests.hhq.exits.conftest import Bench

ONCE = {R.TP1, R.TP2, R.TP3, R.TIME_REDUCE_4H, R.TIME_REDUCE_8H, R.KILL_SWITCH_PARTIAL}
CHANGES: dict[str, object] = {
    "candle_seconds": 1800.0,
    "partial_take_profit": {"enabled": True},
    "gradual": {"hours": 30.0},
}

UNIT = 0.0137  # no multiple of it meets a level exactly
move = st.integers(-300, 300).map(lambda n: n * UNIT)
size = st.integers(0, 200).map(lambda n: n * UNIT)
candles = st.lists(st.tuples(move, size, size), min_size=1, max_size=110)
leverages = st.integers(1, 12).map(float)


def restart(state: FloatArray) -> FloatArray:
    return restore_state(json.loads(json.dumps(state_record(state))))


def trailing(bench: type[Bench], side: float, leverage: float, *, confirm: bool = False) -> Bench:
    """A position that takes parts and trails its stop, and whose liquidation is near: at 92 % of its margin."""
    return bench(
        side=side,
        leverage=leverage,
        liquidation=-92.0 / leverage,
        trail_roi=60.0,
        trail_activation=7.0,
        trail_distance=1.5,
        confirm=confirm,
        changes=CHANGES,
    )


def live(
    bench: type, path: list[tuple[float, float, float]], side: float, leverage: float, restarts: set[int]
) -> list[CandleStep]:
    """Run a position through ``path`` (move of the close, wicks) and check what must always hold; return
    its steps.
    """
    one = trailing(bench, side, leverage)
    steps: list[CandleStep] = []
    first = 0.0
    for number, (step, up, down) in enumerate(path):
        last = max(first + step, -90.0)
        if number in restarts:
            one.state = restart(one.state)
        before, resting = one.state[S.STOP], stop_price(one.state, one.parameters)
        steps.append(
            one.candle(6.0 * number, first, max(first, last) + up, max(min(first, last) - down, -95.0), last)
        )
        assert side * (one.state[S.STOP] - before) >= 0, "the stop was loosened"
        after = stop_price(one.state, one.parameters)
        assert side * (after - resting) >= 0, "the resting stop was loosened"
        assert side * (after - one.price(-92.0 / leverage)) > 0, "the stop lies behind the liquidation"
        if not steps[-1].inside.is_nothing or one.state[S.CLOSE_CODE] > 0:
            break
        first = last
    check_parts(steps)
    return steps


def decisions(steps: list[CandleStep]) -> list[Decision]:
    return [d for step in steps for d in (step.at_open, step.inside) if d.reason is not None]


def check_parts(steps: list[CandleStep]) -> None:
    taken = decisions(steps)
    fired = Counter(d.reason for d in taken if d.reason in ONCE)
    assert all(count == 1 for count in fired.values()), "a rule fired twice"
    closed = steps[-1].state[S.CLOSE_CODE] > 0
    parts = sum(d.fraction for d in taken)
    remaining = 0.0 if closed else float(steps[-1].state[S.REMAINING])
    assert math.isclose(parts + remaining, 1.0, abs_tol=1e-12), "the parts do not add up"


@settings(max_examples=60, deadline=None)
@given(path=candles, leverage=leverages, restarts=st.sets(st.integers(0, 109), max_size=8))
def test_stops_tighten_rules_fire_once_and_sides_mirror(
    bench: type, path: list[tuple[float, float, float]], leverage: float, restarts: set[int]
) -> None:
    long, short = live(bench, path, 1.0, leverage, restarts), live(bench, path, -1.0, leverage, set())
    same_decisions(long, short)


def same_decisions(long: list[CandleStep], short: list[CandleStep]) -> None:
    assert len(long) == len(short)
    for left, right in zip(decisions(long), decisions(short), strict=True):
        assert left.reason == right.reason
        assert math.isclose(left.fraction, right.fraction, abs_tol=1e-12)
        assert math.isclose(left.price - 100.0, 100.0 - right.price, abs_tol=1e-9)


@pytest.mark.compiled
def test_ten_thousand_random_paths_keep_every_promise(bench: type) -> None:
    random = np.random.default_rng(24)
    fired: Counter[R | None] = Counter()
    for _ in range(10_000):
        unit = float(random.choice([0.4, 1.0, 2.5]))
        moves = random.normal(0, unit, 100)
        wicks = random.exponential(unit / 2, (2, 100))
        path = list(zip(moves.tolist(), wicks[0].tolist(), wicks[1].tolist(), strict=True))
        leverage = float(random.integers(1, 13))
        restarts = set(random.integers(0, 100, 5).tolist())
        long, short = live(bench, path, 1.0, leverage, restarts), live(bench, path, -1.0, leverage, set())
        same_decisions(long, short)
        fired.update(d.reason for d in decisions(long))
    assert set(fired) >= ONCE | {R.SL_HIT, R.TRAILING_STOP, R.BREAKEVEN, R.TP_HIT, R.KILL_SWITCH_FULL}


def lived(bench: type, moves: FloatArray, side: float, leverage: float, restarts: set[int]) -> list[Decision]:
    """Run a position whose stops are confirmed through ticks; check what must always hold; return the decisions."""
    one = trailing(bench, side, leverage, confirm=True)
    taken: list[Decision] = []
    for number, at in enumerate(np.maximum(np.cumsum(moves), -90.0).tolist()):
        if number in restarts:
            one.state = restart(one.state)
        before, resting = one.state[S.STOP], stop_price(one.state, one.parameters)
        decision = one.tick(1.0 + number * 700.0, at)
        assert side * (one.state[S.STOP] - before) >= 0, "the stop was loosened"
        after = stop_price(one.state, one.parameters)
        assert side * (after - resting) >= 0, "the stop on the exchange was loosened"
        assert side * (after - one.price(-92.0 / leverage)) > 0, "the stop lies behind the liquidation"
        if decision.reason is None:
            continue
        taken.append(decision)
        if decision.reason not in ONCE or one.state[S.CLOSE_CODE] > 0:
            break
        one.state = settle_reduction(one.state)
    fired = Counter(decision.reason for decision in taken)
    assert all(fired[code] <= 1 for code in ONCE), "a rule fired twice"
    remaining = 0.0 if one.state[S.CLOSE_CODE] > 0 else float(one.state[S.REMAINING])
    parts = sum(decision.fraction for decision in taken)
    assert math.isclose(parts + remaining, 1.0, abs_tol=1e-12), "the parts do not add up"
    return taken


@pytest.mark.compiled
def test_ten_thousand_lives_with_confirmed_stops_and_restarts_keep_every_promise(bench: type) -> None:
    random = np.random.default_rng(25)
    fired: Counter[R | None] = Counter()
    for _ in range(10_000):
        moves = random.normal(0, float(random.choice([0.4, 1.0, 2.5])), 80)
        leverage = float(random.integers(1, 13))
        restarts = set(random.integers(0, 80, 5).tolist())
        long, short = (
            lived(bench, moves, 1.0, leverage, restarts),
            lived(bench, moves, -1.0, leverage, set()),
        )
        for left, right in zip(long, short, strict=True):
            assert left.reason == right.reason
            assert math.isclose(left.price - 100.0, 100.0 - right.price, abs_tol=1e-9)
        fired.update(decision.reason for decision in long)
    assert set(fired) >= ONCE | {R.SL_HIT, R.TRAILING_STOP, R.BREAKEVEN, R.TP_HIT, R.KILL_SWITCH_FULL}


def walked(bench: type, path: list[tuple[float, float, float]], side: float) -> tuple[object, object]:
    """Where and why the path ends, judged by candles and by a bot that sees open, worst, best and close of
    each.
    """
    changes = {"kill_switch": {"isolated_first_pct": -94.0, "isolated_full_pct": -95.0}}
    by_candle, by_tick = (
        bench(side=side, trail_roi=20.0, trail_activation=4.0, trail_distance=1.5, changes=changes)
        for _ in range(2)
    )
    ends: list[object] = [None, None]
    first = 0.0
    for number, (step, up, down) in enumerate(path):
        last = max(first + step, -90.0)
        best, worst = max(first, last) + up, max(min(first, last) - down, -95.0)
        if ends[0] is None:
            taken = by_candle.candle(number, first, best, worst, last)
            closes = [d.reason for d in taken[1:] if d.reason not in ONCE | {None}]
            ends[0] = (number, closes[0]) if closes else None
        for seconds, at in ((0, first), (75, worst), (150, best), (225, last)):
            decision = by_tick.tick(number * 300.0 + seconds, at)
            if decision.reason in ONCE:
                by_tick.state = settle_reduction(by_tick.state)
            elif decision.reason is not None and ends[1] is None:
                ends[1] = (number, decision.reason)
        first = last
    return ends[0], ends[1]


@settings(max_examples=60, deadline=None)
@given(path=candles, side=st.sampled_from([1.0, -1.0]))
def test_a_bot_that_sees_the_nodes_of_a_candle_decides_as_the_backtest(
    bench: type, path: list[tuple[float, float, float]], side: float
) -> None:
    by_candle, by_tick = walked(bench, path, side)
    assert by_candle == by_tick


@pytest.mark.compiled
def test_a_bot_that_sees_the_nodes_decides_as_the_backtest_on_two_thousand_paths(bench: type) -> None:
    random = np.random.default_rng(99)
    for _ in range(2_000):
        unit = float(random.choice([0.1, 0.4, 1.0]))
        moves, wicks = random.normal(0, unit, 160), random.exponential(unit / 2, (2, 160))
        path = list(zip(moves.tolist(), wicks[0].tolist(), wicks[1].tolist(), strict=True))
        by_candle, by_tick = walked(bench, path, float(random.choice([1.0, -1.0])))
        assert by_candle == by_tick


@settings(max_examples=60, deadline=None)
@given(moves=st.lists(move, min_size=2, max_size=60), restarts=st.sets(st.integers(0, 59), max_size=5))
def test_a_restart_between_any_two_ticks_changes_nothing(
    bench: type, moves: list[float], restarts: set[int]
) -> None:
    straight, restarted = bench(confirm=True), bench(confirm=True)
    for number, at in enumerate(moves):
        if number in restarts:
            restarted.state = restart(restarted.state)
        seconds = 1.0 + number * 700.0
        left, right = straight.tick(seconds, at), restarted.tick(seconds, at)
        assert left[:2] == right[:2]
        assert straight.state.tobytes() == restarted.state.tobytes()


@settings(max_examples=60, deadline=None)
@given(path=candles, tightness=st.sampled_from([0.3, 2.0]))
def test_saved_settings_move_no_stop_of_an_open_position(
    bench: type, path: list[tuple[float, float, float]], tightness: float
) -> None:
    """Lesson 40: at an unchanged price the next step leaves stop and target where they were."""
    one = bench(
        trail_roi=8.0,
        trail_activation=4.0,
        trail_distance=1.5,
        changes={"time_reduction": {"enabled": False}},
    )
    first = 0.0
    for number, (step, up, down) in enumerate(path):
        last = max(first + step, -90.0)
        one.candle(float(number), first, max(first, last) + up, max(min(first, last) - down, -95.0), last)
        first = last
    seconds = len(path) * 300.0
    one.tick(seconds, first)
    stop, target = one.state[S.STOP], one.state[S.TARGET]
    tables = LevelSettings(exit_tightness=tightness, tightening_steps=((10.0, 0.1), (5.0, 0.2)))
    changed = ExitSettings.model_validate({"breakeven": {"floor_by_level": (0.1,) * 5}})
    one.parameters = exit_parameters(changed, tables, confirm_stops=False)
    one.tick(seconds + 300.0, first)
    assert (one.state[S.STOP], one.state[S.TARGET]) == (stop, target)
