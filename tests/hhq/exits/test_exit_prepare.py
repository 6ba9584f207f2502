"""Nothing is compiled while positions are open."""

from __future__ import annotations

import pytest

from hhq.exits import candles, engine, prices, reductions, rules, stops
from hhq.exits.answers import ordinary_stop_price, stop_price, stop_reason
from hhq.exits.prepare import prepare_steps
from hhq.exits.step import (
    Candle,
    Surroundings,
    Tick,
    settle_reduction,
    standing,
    step_candle,
    step_open,
    step_tick,
)

MODULES = (candles, engine, prices, reductions, rules, stops)


def compiled_versions() -> dict[str, int]:
    return {
        f"{function.__module__}.{name}": len(getattr(function, "signatures", ()))
        for module in MODULES
        for name, function in vars(module).items()
        if hasattr(function, "py_func")
    }


def test_after_preparing_no_type_of_argument_compiles_a_step_again(bench: type) -> None:
    prepare_steps()
    one = bench(confirm=True)
    before = compiled_versions()
    around = Surroundings(2, opposite_signal=True)
    state, _ = step_tick(one.state, Tick(1_700_000_500, 100, around), one.parameters)
    state, _ = step_open(state, Tick(1_700_000_900.5, 100.0), one.parameters, Candle(1, 2, 3, 4, 5))
    state = step_candle(state, Candle(1_700_001_600, 100, 101, 99, 100), one.parameters).state
    state = settle_reduction(state, 0)
    standing(state, 100)
    stop_price(state, one.parameters)
    stop_reason(state, one.parameters)
    assert compiled_versions() == before


@pytest.mark.compiled
def test_preparing_compiles_what_the_steps_call(bench: type) -> None:
    prepare_steps()
    versions = compiled_versions()
    entry_points = ("evaluate", "evaluate_candle", "observe", "settle", "standing_decision")
    assert [versions[f"hhq.exits.engine.{name}"] for name in entry_points] == [1] * len(entry_points)
    assert ordinary_stop_price(bench().state, bench().parameters) == 95.0
