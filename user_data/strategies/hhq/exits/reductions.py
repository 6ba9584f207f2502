"""The rules that close part of a position or pull in its target, once each (docs/exits.md)."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.exits.prices import in_loss, move_pct, roi_pct
from hhq.exits.slots import MarketSlot as M
from hhq.exits.slots import ParameterSlot as P
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason

_NOTHING = (0.0, 0.0)
_KILL_PARTIAL = float(CloseReason.KILL_SWITCH_PARTIAL)
_REDUCE_4H = float(CloseReason.TIME_REDUCE_4H)
_REDUCE_8H = float(CloseReason.TIME_REDUCE_8H)
_TP1 = float(CloseReason.TP1)
_PARTIAL_STEPS = 3.0


@compiled
def reduction(
    state: FloatArray, market: FloatArray, parameters: FloatArray, candle_begins: bool
) -> tuple[float, float]:
    """Return (close reason, fraction of the original position) of the first rule that fires, (0, 0) for none.

    Marks the rule as fired, in place. The kill switch never waits for a candle.
    """
    code, fraction = _kill_partial(state, market, parameters)
    if code == 0.0 and candle_begins:
        code, fraction = _time_reduction(
            state, market, parameters, S.FIRST_REDUCTION_DONE, P.FIRST_REDUCTION_AGE, _REDUCE_4H
        )
        if code == 0.0:
            code, fraction = _time_reduction(
                state, market, parameters, S.SECOND_REDUCTION_DONE, P.SECOND_REDUCTION_AGE, _REDUCE_8H
            )
        if code == 0.0:
            code, fraction = _partial_take_profit(state, market, parameters)
    return code, fraction


@compiled
def _kill_partial(state: FloatArray, market: FloatArray, parameters: FloatArray) -> tuple[float, float]:
    if state[S.KILL_PARTIAL_DONE] > 0.0 or roi_pct(state, market[M.OPEN]) > state[S.KILL_FIRST_ROI_PCT]:
        return _NOTHING
    state[S.KILL_PARTIAL_DONE] = 1.0
    return _KILL_PARTIAL, float(state[S.REMAINING] * parameters[P.KILL_FRACTION])


@compiled
def _time_reduction(
    state: FloatArray, market: FloatArray, parameters: FloatArray, done: int, due: int, code: float
) -> tuple[float, float]:
    if state[done] > 0.0 or market[M.TIME] - state[S.OPENED_AT] < parameters[due]:
        return _NOTHING
    state[done] = 1.0
    state[S.TARGET] = state[S.ENTRY] + (state[S.TARGET] - state[S.ENTRY]) * parameters[P.TARGET_KEPT]
    if in_loss(state, market[M.OPEN], market[M.FUNDING_PCT]):
        return code, float(parameters[P.REDUCTION_FRACTION])
    return _NOTHING


@compiled
def _partial_take_profit(
    state: FloatArray, market: FloatArray, parameters: FloatArray
) -> tuple[float, float]:
    step = state[S.PARTIALS_DONE]
    if step >= _PARTIAL_STEPS:
        return _NOTHING
    wanted = state[S.PARTIAL_BASE_PCT] * parameters[P.PARTIAL_MULTIPLE_1 + int(step)]
    if not move_pct(state, market[M.OPEN]) >= wanted:
        return _NOTHING
    state[S.PARTIALS_DONE] = step + 1.0
    return _TP1 + step, float(parameters[P.PARTIAL_FRACTION])
