"""Moves, protective prices and which of them is tighter: compiled pieces of the exit step."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.exits.slots import ParameterSlot as P
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason

_EMERGENCY = float(CloseReason.EMERGENCY_SL)
_KILL_FULL = float(CloseReason.KILL_SWITCH_FULL)


@compiled
def move_pct(state: FloatArray, price: float) -> float:
    """Return PM%: the move of ``price`` from the entry in the side's favour, unleveraged, in %."""
    return float(state[S.SIDE] * (price / state[S.ENTRY] - 1.0) * 100.0)


@compiled
def roi_pct(state: FloatArray, price: float) -> float:
    """Return ROI%: PM% × leverage, before fees and funding."""
    return float(move_pct(state, price) * state[S.LEVERAGE])


@compiled
def in_loss(state: FloatArray, price: float, funding_pct: float) -> bool:
    """Return whether closing at ``price`` loses, after fees and funding, at least as much as the fees.

    Unknown funding (NaN) is left out: protective rules do not wait for it.
    """
    net = move_pct(state, price) - state[S.FEES_PCT]
    if np.isfinite(funding_pct):
        net += funding_pct
    return bool(net <= -state[S.FEES_PCT])


@compiled
def breakeven_price(state: FloatArray) -> float:
    """Return the price at which the position has earned the fees of its round trip."""
    return float(state[S.ENTRY] * (1.0 + state[S.SIDE] * state[S.FEES_PCT] / 100.0))


@compiled
def gain(state: FloatArray, start: float, end: float) -> float:
    """Return ``end − start`` from the side's point of view: positive is good for the position."""
    return float(state[S.SIDE] * (end - start))


@compiled
def is_tighter(state: FloatArray, price: float, than: float) -> bool:
    """Return whether a protective ``price`` lies nearer to profit than ``than``; False if either is NaN."""
    return bool(gain(state, than, price) > 0.0)


@compiled
def reached_from_above(state: FloatArray, price: float, level: float) -> bool:
    """Return whether ``price`` has fallen (SHORT: risen) to ``level`` or beyond; False if either is NaN."""
    return bool(gain(state, level, price) <= 0.0)


@compiled
def towards_liquidation(state: FloatArray, share: float) -> float:
    """Return the price at ``share`` of the way from entry to liquidation; NaN where liquidation would be no loss."""
    distance = gain(state, state[S.LIQUIDATION], state[S.ENTRY])
    if distance > 0.0:
        return float(state[S.ENTRY] - state[S.SIDE] * distance * share)
    return np.nan


@compiled
def roi_price(state: FloatArray, roi: float) -> float:
    """Return the price at which the position has this ROI%."""
    return float(state[S.ENTRY] * (1.0 + state[S.SIDE] * roi / state[S.LEVERAGE] / 100.0))


@compiled
def kill_full_price(state: FloatArray, parameters: FloatArray) -> float:
    """Return the price of the kill switch's full close (docs/exits.md)."""
    price = roi_price(state, state[S.KILL_FULL_ROI_PCT])
    bound = towards_liquidation(state, parameters[P.KILL_LIQUIDATION_SHARE])
    return float(bound) if is_tighter(state, bound, price) else float(price)


@compiled
def bounded_stop(state: FloatArray, parameters: FloatArray, stop: float) -> float:
    """Return ``stop``, pulled in where it would be too close to liquidation."""
    bound = towards_liquidation(state, parameters[P.STOP_LIQUIDATION_SHARE])
    return float(bound) if is_tighter(state, bound, stop) else float(stop)


@compiled
def stops_are_confirmed(parameters: FloatArray) -> bool:
    """Return whether it takes more than one evaluation beyond the stop to close."""
    return bool(parameters[P.CONFIRMATIONS] > 1.0 or parameters[P.CONFIRMATION_SECONDS] > 0.0)


@compiled
def ordinary_stop(state: FloatArray, parameters: FloatArray) -> float:
    """Return where the position's own stop rests: at the catastrophe stop where stops need confirmation."""
    stop = state[S.STOP]
    if stops_are_confirmed(parameters):
        stop = stop - state[S.SIDE] * state[S.STOP_WIDTH] * (parameters[P.CATASTROPHE_MULTIPLE] - 1.0)
    return bounded_stop(state, parameters, stop)


@compiled
def resting_stop(state: FloatArray, parameters: FloatArray) -> tuple[float, float]:
    """Return (price, close reason) of the one resting stop: the tightest of kill switch, emergency and stop.

    It is the stop on the exchange. At equal prices the order of the rules gives the reason (docs/exits.md).
    """
    price, code = kill_full_price(state, parameters), _KILL_FULL
    if is_tighter(state, state[S.EMERGENCY], price):
        price, code = state[S.EMERGENCY], _EMERGENCY
    stop = ordinary_stop(state, parameters)
    if is_tighter(state, stop, price):
        price, code = stop, state[S.STOP_CODE]
    return float(price), float(code)


@compiled
def towards_the_market(state: FloatArray, stop: float, tick: float) -> float:
    """Return the stop on the price tick nearer to the market, as Freqtrade rounds its stops; unchanged with a tick of 0.

    A stop on a tick stays there: it may be off by rounding errors of its computation.
    """
    if not tick > 0.0:
        return float(stop)
    ticks = stop / tick
    nearest = np.rint(ticks)
    if np.abs(ticks - nearest) > 1e-6:
        nearest = np.ceil(ticks) if state[S.SIDE] > 0.0 else np.floor(ticks)
    return float(nearest * tick)
