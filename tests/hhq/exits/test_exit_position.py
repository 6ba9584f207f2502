"""How a position's state begins, is stored and comes back; how settings become numbers."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from hhq.exits.levels import FillMarket, VolatilityLevel, levels_at_fill, trail_tightening
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, StateError, open_position, restore_state, state_record
from hhq.exits.slots import ParameterSlot as P
from hhq.exits.slots import StateSlot as S
from hhq.exits.stops import trail_distance_pct
from hhq.settings.base import SettingsError, parse
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings


def test_the_slots_are_numbered_without_gaps() -> None:
    assert [slot.value for slot in S] == list(range(len(S)))
    assert [slot.value for slot in P] == list(range(len(P)))


def test_a_stored_state_comes_back_bit_by_bit(bench: type) -> None:
    one = bench(side=-1.0, liquidation=-12.0, trail_roi=1.0)
    one.candle(1, 0, 6.123456789, -1, 5)
    one.tick(700, 1 / 3)
    text = json.dumps(state_record(one.state), allow_nan=False)
    assert restore_state(json.loads(text)).tobytes() == one.state.tobytes()


def test_a_record_of_another_shape_is_refused_by_name(bench: type) -> None:
    record = state_record(bench().state)
    with pytest.raises(StateError, match="layout = None"):
        restore_state({})
    with pytest.raises(StateError, match="layout = 2"):
        restore_state({**record, "layout": 2})
    with pytest.raises(StateError, match="wings"):
        restore_state({**record, "wings": 2.0})
    del record["peak"]
    with pytest.raises(StateError, match="peak"):
        restore_state(record)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"entry": 0.0}, "entry"),
        ({"entry": math.nan}, "entry"),
        ({"side": 0.5}, "side"),
        ({"leverage": 0.9}, "leverage"),
        ({"leverage": math.nan}, "leverage"),
        ({"time": math.nan}, "time"),
        ({"fees_pct": -0.1}, "fees_pct"),
        ({"fees_pct": math.inf}, "fees_pct"),
    ],
)
def test_a_fill_that_is_no_position_is_refused_by_name(change: dict[str, float], name: str) -> None:
    settings, tables = ExitSettings(), LevelSettings()
    market = FillMarket(2.0, 2.0, 0.5, 0.5, 1.0)
    fill = Fill(100.0, 1.0, 5.0, 1_700_000_000.0, 0.1)._replace(**change)  # type: ignore[arg-type]  # fields by name
    parameters = exit_parameters(settings, tables, confirm_stops=False)
    with pytest.raises(StateError, match=name):
        open_position(fill, levels_at_fill(market, 100.0, 1.0, tables), market, settings, parameters)


@pytest.mark.parametrize(
    ("atr_pct", "level", "arm", "buffer"),
    [
        (0.5, VolatilityLevel.VERY_LOW, 1.0, 0.05),
        (0.9, VolatilityLevel.VERY_LOW, 1.35, 0.05),
        (1.5, VolatilityLevel.LOW, 2.7, 0.10),
        (2.0, VolatilityLevel.NORMAL, 4.0, 0.15),
        (5.0, VolatilityLevel.HIGH, 12.5, 0.20),
        (8.0, VolatilityLevel.VERY_HIGH, 24.0, 0.30),
    ],
)
def test_breakeven_depends_on_the_one_enum_of_levels(
    atr_pct: float, level: VolatilityLevel, arm: float, buffer: float
) -> None:
    """Lesson 22: level names had two spellings, so look-ups fell to the default."""
    settings, tables = ExitSettings(), LevelSettings()
    market = FillMarket(atr_pct, atr_pct, atr_pct / 4, 0.5, 1.0)
    levels = levels_at_fill(market, 100.0, 1.0, tables)
    parameters = exit_parameters(settings, tables, confirm_stops=False)
    state = open_position(Fill(100.0, 1.0, 5.0, 0.0, 0.1), levels, market, settings, parameters)
    assert levels.level == level
    assert state[S.BREAKEVEN_ARM_PCT] == pytest.approx(arm)
    assert state[S.BREAKEVEN_STOP] == pytest.approx(100.1 + buffer)
    assert state[S.PARTIAL_BASE_PCT] == pytest.approx(
        settings.partial_take_profit.base_by_level[level] * atr_pct
    )


@pytest.mark.parametrize("roi", [-5.0, 0.0, 4.99, 5.0, 9.99, 10.0, 80.0])
def test_the_step_tightens_the_trail_by_the_table_of_the_levels(bench: type, roi: float) -> None:
    one = bench(trail_distance=3.0)
    expected = 3.0 * float(trail_tightening(roi, LevelSettings()))
    assert trail_distance_pct(one.state, one.parameters, roi) == pytest.approx(expected)


def test_without_confirmation_one_evaluation_is_enough() -> None:
    confirmed = exit_parameters(ExitSettings(), LevelSettings(), confirm_stops=True)
    backtest = exit_parameters(ExitSettings(), LevelSettings(), confirm_stops=False)
    assert (confirmed[P.CONFIRMATIONS], backtest[P.CONFIRMATIONS]) == (3.0, 1.0)
    single = parse(ExitSettings, {"confirmation": {"evaluations": 1}})
    assert np.array_equal(exit_parameters(single, LevelSettings(), confirm_stops=True), backtest)


def test_a_rule_that_is_off_has_an_infinite_threshold() -> None:
    names = ("time_reduction", "adverse", "gradual", "force", "recovery_exit", "reversal")
    off = parse(ExitSettings, {name: {"enabled": False} for name in names})
    values = exit_parameters(off, LevelSettings(), confirm_stops=False)
    ages = (P.FIRST_REDUCTION_AGE, P.SECOND_REDUCTION_AGE, P.ADVERSE_AGE, P.GRADUAL_AGE, P.FORCE_AGE)
    slots = (P.PARTIAL_MULTIPLE_1, *ages, P.RECOVERY_LOSS, P.RECOVERY_GIVE_BACK, P.REVERSAL_PCT)
    assert np.isinf(values[list(slots)]).all()
    assert np.isfinite(
        exit_parameters(ExitSettings(), LevelSettings(), confirm_stops=False)[list(slots[1:])]
    ).all()


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("partial_take_profit", {"multiples": (1.0, 0.5, 2.0)}, "rise"),
        ("time_reduction", {"first_hours": 8.0}, "second_hours"),
        ("kill_switch", {"isolated_full_pct": -20.0}, "isolated_full_pct"),
        ("kill_switch", {"cross_first_pct": -160.0}, "cross_full_pct"),
        ("force", {"hour": 3.0}, "force.hour: unknown setting"),
        ("confirmation", {"evaluations": 11}, "confirmation.evaluations"),
    ],
)
def test_exit_settings_that_contradict_are_refused(
    section: str, values: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        parse(ExitSettings, {section: values})
