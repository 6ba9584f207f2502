"""How the stop moves: breakeven and trail, a ratchet that only tightens (docs/exits.md)."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.exits.prices import breakeven_price, gain, is_tighter, move_pct, towards_liquidation
from hhq.exits.slots import ParameterSlot as P
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason

_BREAKEVEN = float(CloseReason.BREAKEVEN)
_TRAILING = float(CloseReason.TRAILING_STOP)
_FIRST_ROW = len(P)


@compiled
def trail_distance_pct(state: FloatArray, parameters: FloatArray, roi: float) -> float:
    """Return the trail's distance in % of the entry, tightened as far as ``roi`` (ROI %) has earned."""
    for row in range(_FIRST_ROW, parameters.size, 2):
        if roi >= parameters[row]:
            return float(state[S.TRAIL_DISTANCE_PCT] * parameters[row + 1])
    return float(state[S.TRAIL_DISTANCE_PCT])


@compiled
def move_stops(
    state: FloatArray, parameters: FloatArray, time: float, price: float, peak_is_new: bool
) -> None:
    """Move the stop, in place, once the peak is known; ``price`` is the current price, which no stop may pass.

    An active trail moves at a new peak only: saving settings moves no stop by itself.
    """
    _breakeven(state, parameters, time, price)
    if parameters[P.TRAIL_ENABLED] > 0.0 and (peak_is_new or state[S.TRAIL_ACTIVE] == 0.0):
        _trail(state, parameters, time, price)
    _keep_off_liquidation(state, parameters, time, price)


@compiled
def _set_stop(state: FloatArray, stop: float, code: float, time: float) -> None:
    if is_tighter(state, stop, state[S.STOP]):
        state[S.STOP] = stop
        state[S.STOP_CODE] = code
        state[S.STOP_SINCE] = time


@compiled
def _breakeven(state: FloatArray, parameters: FloatArray, time: float, price: float) -> None:
    if time - state[S.OPENED_AT] < parameters[P.BREAKEVEN_AGE]:
        return
    armed = move_pct(state, state[S.PEAK]) >= state[S.BREAKEVEN_ARM_PCT]
    # A stop at or beyond the price would close a winner at once: it waits until the price has come back.
    if armed and gain(state, state[S.BREAKEVEN_STOP], price) > 0.0:
        _set_stop(state, state[S.BREAKEVEN_STOP], _BREAKEVEN, time)


@compiled
def _trail(state: FloatArray, parameters: FloatArray, time: float, price: float) -> None:
    reached = move_pct(state, state[S.PEAK])
    roi = reached * state[S.LEVERAGE]
    distance = trail_distance_pct(state, parameters, roi)
    if not (roi >= state[S.TRAIL_ROI_PCT] or reached >= state[S.TRAIL_ACTIVATION_PCT]):
        return
    stop = state[S.PEAK] - state[S.SIDE] * state[S.ENTRY] * distance / 100.0
    if gain(state, stop, price) < 0.0:
        # Since its peak the price has given back more than the distance: the stop is the price itself.
        stop = price
    if state[S.TRAIL_ACTIVE] == 0.0 and not gain(state, breakeven_price(state), stop) >= 0.0:
        return  # a trail starts at breakeven or better
    state[S.TRAIL_ACTIVE] = 1.0
    _set_stop(state, stop, _TRAILING, time)


@compiled
def _keep_off_liquidation(state: FloatArray, parameters: FloatArray, time: float, price: float) -> None:
    bound = towards_liquidation(state, parameters[P.STOP_LIQUIDATION_SHARE])
    if gain(state, bound, price) > 0.0:
        _set_stop(state, bound, state[S.STOP_CODE], time)
