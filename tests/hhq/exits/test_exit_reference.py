"""The compiled step against a slow reading of the specification, on paths that end in every possible way."""

from __future__ import annotations

import json
import math
from collections import Counter

import pytest

from hhq.arrays import FloatArray
from hhq.exits.position import restore_state, state_record
from hhq.exits.step import Candle, Decision, Surroundings, Tick, settle_reduction, step_candle, step_tick
from hhq.reasons import CloseReason as R
from tests.hhq.exits.exit_reference import NAN, Reference, rank
from tests.hhq.exits.exit_scene import Scene, scene


def surroundings(world: Scene) -> Surroundings:
    random, entry = world.random, world.reference.fill.entry
    return Surroundings(
        atr_1h=float(random.choice([NAN, entry * 0.02])),
        funding_pct=float(random.choice([NAN, 0.0, random.normal(0, 0.2)])),
        opposite_signal=bool(random.random() < 0.02),
        close_all=bool(random.random() < 0.002),
        delivery=world.delivery,
    )


def restarted(state: FloatArray) -> FloatArray:
    back = restore_state(json.loads(json.dumps(state_record(state))))
    assert back.tobytes() == state.tobytes()
    return back


def agree(decision: Decision, expected: tuple[R | None, float, float], where: str) -> None:
    assert decision.reason == expected[0], where
    assert math.isclose(decision.fraction, expected[1], abs_tol=1e-9), where
    unknown = math.isnan(decision.price) and math.isnan(expected[2])
    assert unknown or math.isclose(decision.price, expected[2], rel_tol=1e-9), where


def in_order(decision: Decision, reference: Reference, overlaps: Counter[tuple[R, R]], where: str) -> None:
    """Of several rules that are true at one price, the first in the order decides."""
    if decision.reason is None or not reference.true:
        return
    places = sorted({rank(code) for code in reference.true})
    assert rank(decision.reason) == places[0], f"{where}: {decision.reason.name} of {reference.true}"
    later = [code for code in reference.true if rank(code) > places[0]]
    overlaps.update((decision.reason, code) for code in later)


def candle_path(seed: int, overlaps: Counter[tuple[R, R]]) -> R | None:
    world = scene(seed, confirm=False)
    random, reference, fill = world.random, world.reference, world.reference.fill
    length = world.reference.s.candle_seconds
    price, unit = fill.entry, fill.entry * float(random.choice([0.002, 0.006, 0.015]))
    start = reference.candle_of(fill.time)
    open_ = price * (1 + fill.side * float(random.choice([0.0, 0.001])))
    for number in range(110):
        close = max(open_ + float(random.normal(0, unit)), fill.entry * 0.05)
        high = max(open_, close, price) + float(random.exponential(unit / 2))
        low = max(min(open_, close, price) - float(random.exponential(unit / 2)), fill.entry * 0.01)
        candle = Candle(start + number * length, open_, high, low, close, surroundings(world))
        if random.random() < 0.05:
            world.state = restarted(world.state)
        step = step_candle(world.state, candle, world.parameters)
        world.state = step.state
        where = f"seed {seed} candle {number}"
        reference.true = []
        agree(step.at_open, reference.at_price(Tick(candle.time, open_, candle.around)), where)
        in_order(step.at_open, reference, overlaps, where)
        reference.settle()
        if not reference.closed:
            agree(step.inside, reference.inside(candle), where)
        else:
            assert step.inside.is_nothing
        if reference.closed:
            return reference.closed[0]
        price = close
        open_ = max(
            close
            + float(random.normal(0, unit * 0.1) if random.random() < 0.9 else random.normal(0, unit * 4)),
            fill.entry * 0.05,
        )
    return None


def tick_path(seed: int, overlaps: Counter[tuple[R, R]]) -> R | None:
    world = scene(seed, confirm=True)
    random, reference, fill = world.random, world.reference, world.reference.fill
    price, unit, time = fill.entry, fill.entry * float(random.choice([0.002, 0.006])), fill.time
    pause = float(random.choice([3.0, 900.0]))
    for number in range(200):
        time += float(random.exponential(pause))
        price = max(price + float(random.normal(0, unit)), fill.entry * 0.05)
        tick = Tick(time, price if random.random() < 0.98 else NAN, surroundings(world))
        if random.random() < 0.05:
            world.state = restarted(world.state)
        world.state, decision = step_tick(world.state, tick, world.parameters)
        where = f"seed {seed} tick {number}"
        reference.true = []
        agree(decision, reference.at_price(tick), where)
        in_order(decision, reference, overlaps, where)
        if reference.closed:
            return reference.closed[0]
        if reference.pending and random.random() < 0.5:
            reference.settle()
            world.state = settle_reduction(world.state)
    return None


@pytest.mark.parametrize("seed", range(60))
def test_the_step_agrees_with_the_specification_on_candles(seed: int) -> None:
    candle_path(seed, Counter())


@pytest.mark.parametrize("seed", range(60))
def test_the_step_agrees_with_the_specification_on_ticks(seed: int) -> None:
    tick_path(seed, Counter())


@pytest.mark.compiled
def test_the_step_agrees_and_keeps_the_order_on_seven_thousand_candle_paths_that_end_in_every_way() -> None:
    overlaps: Counter[tuple[R, R]] = Counter()
    endings = {candle_path(seed, overlaps) for seed in range(1000, 8000)}
    assert overlaps.total() > 500, "hardly ever were two rules true at once"
    assert len({first for first, _ in overlaps}) >= 8
    missing = (
        set(R) - endings - {R.TP1, R.TP2, R.TP3, R.KILL_SWITCH_PARTIAL, R.TIME_REDUCE_4H, R.TIME_REDUCE_8H}
    )
    assert missing == {R.SIGNAL, R.MANUAL, R.EXTERNAL, R.END}


@pytest.mark.compiled
def test_the_step_agrees_and_keeps_the_order_on_four_thousand_tick_paths_that_end_in_every_way() -> None:
    overlaps: Counter[tuple[R, R]] = Counter()
    endings = {tick_path(seed, overlaps) for seed in range(10_000, 14_000)}
    assert overlaps.total() > 500, "hardly ever were two rules true at once"
    assert len({first for first, _ in overlaps}) >= 8
    assert {
        R.SL_HIT,
        R.BREAKEVEN,
        R.TRAILING_STOP,
        R.KILL_SWITCH_FULL,
        R.TIME_FORCE,
        R.RECOVERY_EXIT,
    } < endings
