"""The rules that close a position, in order (docs/exits.md): compiled, in place."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.exits.candles import CAME_BACK, WAS_DEEP, atr_of
from hhq.exits.prices import (
    breakeven_price,
    gain,
    in_loss,
    move_pct,
    reached_from_above,
    resting_stop,
)
from hhq.exits.slots import MarketSlot as M
from hhq.exits.slots import ParameterSlot as P
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason

NONE = 0.0
_LIQUIDATION = float(CloseReason.LIQUIDATION)
_TP_HIT = float(CloseReason.TP_HIT)
_CLOSE_ALL = float(CloseReason.RECOVERY_CLOSE_ALL)
_DELISTING = float(CloseReason.DELISTING)
_ADVERSE = float(CloseReason.ADVERSE_TIME_EXIT)
_FORCE = float(CloseReason.TIME_FORCE)
_GRADUAL = float(CloseReason.TIME_GRADUAL)
_RECOVERY = float(CloseReason.RECOVERY_EXIT)
_REVERSAL = float(CloseReason.SIGNAL_REVERSAL_PROFIT)


@compiled
def price_rule(state: FloatArray, market: FloatArray, parameters: FloatArray, candle_begins: bool) -> float:
    """Return the first rule that the price alone triggers, 0 for none; these rules never wait for a candle.

    A candle that opens beyond the liquidation price has gapped over every stop. In all other cases the price has
    passed the resting stop on its way: the tightest of kill switch, emergency and stop names the close, as
    inside a candle.
    """
    price = market[M.OPEN]
    confirmed = stop_is_confirmed(state, market[M.TIME], price, parameters)
    if candle_begins and reached_from_above(state, price, state[S.LIQUIDATION]):
        return _LIQUIDATION
    stop, code = resting_stop(state, parameters)
    if reached_from_above(state, price, stop):
        return code
    if confirmed:
        return float(state[S.STOP_CODE])
    if target_is_reached(state, price):
        return _TP_HIT
    if market[M.CLOSE_ALL] > 0.0:
        return _CLOSE_ALL
    return _DELISTING if market[M.TIME] >= market[M.DELIVERY] - parameters[P.DELISTING_BEFORE] else NONE


@compiled
def target_is_reached(state: FloatArray, price: float) -> bool:
    """Return whether ``price`` is at the target or better; False without a target."""
    return bool(gain(state, state[S.TARGET], price) >= 0.0)


@compiled
def stop_is_confirmed(state: FloatArray, time: float, price: float, parameters: FloatArray) -> bool:
    """Count an evaluation beyond the stop, in place, and return whether it closes (docs/exits.md)."""
    if not reached_from_above(state, price, state[S.STOP]):
        state[S.BEYOND_COUNT] = 0.0
        return False
    if state[S.BEYOND_COUNT] == 0.0:
        state[S.BEYOND_COUNT] = 1.0
        state[S.BEYOND_SINCE] = time
        state[S.BEYOND_AT] = time
    elif time - state[S.BEYOND_AT] >= parameters[P.CONFIRMATION_SPACING]:
        state[S.BEYOND_COUNT] += 1.0
        state[S.BEYOND_AT] = time
    long_enough = time - state[S.BEYOND_SINCE] >= parameters[P.CONFIRMATION_SECONDS]
    return bool(state[S.BEYOND_COUNT] >= parameters[P.CONFIRMATIONS] and long_enough)


@compiled
def candle_rule(state: FloatArray, market: FloatArray, parameters: FloatArray) -> float:
    """Return the first that holds of the rules that are evaluated once per candle, 0 for none."""
    age = market[M.TIME] - state[S.OPENED_AT]
    gradual = _gradual(state, market, parameters, age)
    recovered = _gave_back_recovery(state, market, parameters)
    if _is_adverse(state, market, parameters, age):
        return _ADVERSE
    if age >= parameters[P.FORCE_AGE]:
        return _FORCE
    if gradual:
        return _GRADUAL
    if recovered:
        return _RECOVERY
    profit = move_pct(state, market[M.OPEN])
    if market[M.OPPOSITE_SIGNAL] > 0.0 and profit > parameters[P.REVERSAL_PCT]:
        return _REVERSAL
    return NONE


@compiled
def _is_adverse(state: FloatArray, market: FloatArray, parameters: FloatArray, age: float) -> bool:
    stale = market[M.TIME] - state[S.PEAK_AT] >= parameters[P.ADVERSE_STALE]
    losing = in_loss(state, market[M.OPEN], market[M.FUNDING_PCT])
    return bool(age >= parameters[P.ADVERSE_AGE] and stale and losing)


@compiled
def _gradual(state: FloatArray, market: FloatArray, parameters: FloatArray, age: float) -> bool:
    if age < parameters[P.GRADUAL_AGE]:
        return False
    price = market[M.OPEN]
    if not gain(state, state[S.GRADUAL_BEST], price) <= 0.0:  # also before anything was watched (NaN)
        state[S.GRADUAL_BEST] = price
    retrace = parameters[P.GRADUAL_RETRACE] * atr_of(state, market)
    return bool(gain(state, price, state[S.GRADUAL_BEST]) >= retrace)


@compiled
def _gave_back_recovery(state: FloatArray, market: FloatArray, parameters: FloatArray) -> bool:
    price = market[M.OPEN]
    if state[S.RECOVERY_STAGE] == WAS_DEEP and gain(state, breakeven_price(state), price) >= 0.0:
        state[S.RECOVERY_STAGE] = CAME_BACK
        state[S.RECOVERY_BEST] = price
    if state[S.RECOVERY_STAGE] != CAME_BACK:
        return False
    give_back = parameters[P.RECOVERY_GIVE_BACK] * atr_of(state, market)
    return bool(gain(state, price, state[S.RECOVERY_BEST]) >= give_back)
