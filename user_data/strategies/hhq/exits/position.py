"""The state of a position: created at the first fill, stored by name, restored exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from hhq.arrays import FloatArray
from hhq.exits.candles import candle_start
from hhq.exits.levels import FillMarket, Levels, kill_switch_threshold
from hhq.exits.prices import bounded_stop, is_tighter, resting_stop
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import ByLevel

RECORD_LAYOUT = 1
"""Layout of the stored record; incremented whenever a slot changes its meaning."""

_ZERO_AT_FILL = (
    S.TRAIL_ACTIVE,
    S.RECOVERY_STAGE,
    S.BEYOND_COUNT,
    S.KILL_PARTIAL_DONE,
    S.FIRST_REDUCTION_DONE,
    S.SECOND_REDUCTION_DONE,
    S.PARTIALS_DONE,
    S.REDUCTION_CODE,
    S.REDUCTION_FRACTION,
    S.CLOSE_CODE,
)


class StateError(ValueError):
    """A stored state that cannot be restored, or a fill that makes no position; the message names the field."""


class Fill(NamedTuple):
    """The first fill of a position.

    ``entry`` price in quote currency; ``side`` +1 LONG, −1 SHORT; ``time`` in seconds since 1970 UTC;
    ``fees_pct`` of a round trip in % of the notional; ``liquidation`` price (NaN: unknown); ``cross`` True for
    cross margin, False for isolated.
    """

    entry: float
    side: float
    leverage: float
    time: float
    fees_pct: float
    liquidation: float = math.nan
    cross: bool = False


def open_position(
    fill: Fill, levels: Levels, market: FillMarket, settings: ExitSettings, parameters: FloatArray
) -> FloatArray:
    """Return the state of a position that has just been filled: float64 vector of :class:`StateSlot`.

    ``levels`` and ``market`` hold one trade (0-d). Where the ATR is n/a, the emergency price is the stop: no
    position is ever without one. Raises :class:`StateError` for a fill that makes no position.
    """
    _check(fill)
    state = np.full(len(S), np.nan)
    for slot in _ZERO_AT_FILL:
        state[slot] = 0.0
    state[S.SIDE], state[S.ENTRY], state[S.LEVERAGE] = fill.side, fill.entry, fill.leverage
    state[S.FEES_PCT], state[S.LIQUIDATION] = fill.fees_pct, fill.liquidation
    state[S.OPENED_AT] = state[S.LAST_AT] = state[S.PEAK_AT] = state[S.STOP_SINCE] = fill.time
    state[S.PEAK] = state[S.WORST] = state[S.FORMING_BEST] = state[S.FORMING_WORST] = fill.entry
    state[S.FORMING_AT] = candle_start(float(fill.time), parameters)
    state[S.REMAINING] = 1.0
    _fix_levels(state, levels, market, settings)
    _fix_kill_switch(state, fill, settings)
    _fix_stop(state, float(levels.stop_price), parameters)
    return state


def _check(fill: Fill) -> None:
    if not (math.isfinite(fill.entry) and fill.entry > 0):
        raise StateError(f"entry = {fill.entry}: must be a positive price")
    if fill.side not in (1.0, -1.0):
        raise StateError(f"side = {fill.side}: must be 1 or -1")
    if not (math.isfinite(fill.leverage) and fill.leverage >= 1):
        raise StateError(f"leverage = {fill.leverage}: must be 1 or more")
    if not math.isfinite(fill.time):
        raise StateError(f"time = {fill.time}: must be a moment")
    if not (math.isfinite(fill.fees_pct) and fill.fees_pct >= 0):
        raise StateError(f"fees_pct = {fill.fees_pct}: must be 0 or more")


def _fix_levels(state: FloatArray, levels: Levels, market: FillMarket, settings: ExitSettings) -> None:
    atr_pct, side, entry = float(market.atr_1h_pct), state[S.SIDE], state[S.ENTRY]
    state[S.ATR_1H] = float(market.atr_1h)
    state[S.TARGET] = float(levels.target_price)
    state[S.TRAIL_ROI_PCT] = float(levels.roi_activation)
    state[S.TRAIL_ACTIVATION_PCT] = float(levels.trail_activation_pct)
    state[S.TRAIL_DISTANCE_PCT] = float(levels.trail_distance_pct)
    state[S.EMERGENCY] = entry * (1.0 - side * settings.emergency.loss_pct / 100.0)
    level = float(levels.level)
    breakeven = settings.breakeven
    if breakeven.enabled:
        floor = _of_level(breakeven.floor_by_level, level)
        state[S.BREAKEVEN_ARM_PCT] = np.maximum(floor, _of_level(breakeven.atr_by_level, level) * atr_pct)
        buffer_pct = _of_level(breakeven.buffer_by_level, level) + state[S.FEES_PCT]
        state[S.BREAKEVEN_STOP] = entry * (1.0 + side * buffer_pct / 100.0)
    state[S.PARTIAL_BASE_PCT] = _of_level(settings.partial_take_profit.base_by_level, level) * atr_pct


def _of_level(table: ByLevel, level: float) -> float:
    return table[int(level)] if math.isfinite(level) else math.nan


def _fix_kill_switch(state: FloatArray, fill: Fill, settings: ExitSettings) -> None:
    kill_switch = settings.kill_switch
    state[S.KILL_FIRST_ROI_PCT] = float(
        kill_switch_threshold(fill.leverage, kill_switch.first(cross=fill.cross))
    )
    state[S.KILL_FULL_ROI_PCT] = float(
        kill_switch_threshold(fill.leverage, kill_switch.full(cross=fill.cross))
    )


def _fix_stop(state: FloatArray, stop: float, parameters: FloatArray) -> None:
    wanted = stop if math.isfinite(stop) else float(state[S.EMERGENCY])
    state[S.STOP] = bounded_stop(state, parameters, wanted)
    state[S.STOP_CODE] = float(CloseReason.SL_HIT)
    state[S.STOP_WIDTH] = abs(state[S.ENTRY] - state[S.STOP])


def adopt_stop(state: FloatArray, parameters: FloatArray, stop: float) -> FloatArray:
    """Return the state with the stop that the position was found with, where that is nearer than what would rest.

    ``stop`` in quote currency, NaN for none. It rests as it is, without the margin of stops that are confirmed.
    """
    if not is_tighter(state, stop, resting_stop(state, parameters)[0]):
        return state
    adopted = state.copy()
    adopted[S.STOP], adopted[S.STOP_WIDTH] = stop, 0.0
    return adopted


def state_record(state: FloatArray) -> dict[str, float | None]:
    """Return the state as plain values for JSON: slots by their name in lower case, None for NaN, and the layout."""
    record: dict[str, float | None] = {"layout": float(RECORD_LAYOUT)}
    for slot in S:
        value = float(state[slot])
        record[slot.name.lower()] = None if math.isnan(value) else value
    return record


def restore_state(record: Mapping[str, float | None]) -> FloatArray:
    """Return the state that :func:`state_record` stored, bit for bit; raise :class:`StateError` for anything else."""
    if record.get("layout") != RECORD_LAYOUT:
        raise StateError(f"layout = {record.get('layout')}: this version reads layout {RECORD_LAYOUT}")
    names = {slot.name.lower() for slot in S}
    wrong = sorted(names.symmetric_difference(record.keys() - {"layout"}))
    if wrong:
        raise StateError(f"fields missing or unknown: {', '.join(wrong)}")
    values = (record[slot.name.lower()] for slot in S)
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
