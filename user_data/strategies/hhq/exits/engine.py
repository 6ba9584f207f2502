"""The one evaluator: every exit decision of a position, compiled, in place on its state (docs/exits.md).

Decisions are (close reason, fraction of the original position, price); reason 0 = none. A decided close holds
until the position is gone, a decided reduction until it is settled: an order that fails is placed again, and a
rule that has fired does not fire again.
"""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.exits.candles import (
    best_reachable,
    candle_start,
    close_candle,
    merge_forming,
    start_candle,
    worst_seen,
)
from hhq.exits.prices import reached_from_above, resting_stop, towards_the_market
from hhq.exits.reductions import reduction
from hhq.exits.rules import NONE, candle_rule, price_rule, target_is_reached
from hhq.exits.slots import MarketSlot as M
from hhq.exits.slots import StateSlot as S
from hhq.exits.stops import move_stops
from hhq.reasons import CloseReason

_TP_HIT = float(CloseReason.TP_HIT)
_WHOLE = 1e-9
"""Shares below this are rounding errors."""


@compiled
def standing_decision(state: FloatArray, price: float) -> tuple[float, float, float]:
    """Return the close or reduction that has been decided but not carried out yet."""
    if state[S.CLOSE_CODE] > 0.0:
        return float(state[S.CLOSE_CODE]), float(state[S.REMAINING]), float(state[S.CLOSE_PRICE])
    if state[S.REDUCTION_CODE] > 0.0:
        return float(state[S.REDUCTION_CODE]), float(state[S.REDUCTION_FRACTION]), price
    return NONE, 0.0, np.nan


@compiled
def evaluate(state: FloatArray, market: FloatArray, parameters: FloatArray) -> tuple[float, float, float]:
    """Evaluate one price at one time (a live tick, or the open of a candle).

    A price that is missing or not positive decides nothing, and neither does a time that was evaluated before.
    """
    time, price = market[M.TIME], market[M.OPEN]
    usable = np.isfinite(price) and price > 0.0 and time > state[S.LAST_AT]
    if state[S.CLOSE_CODE] > 0.0 or not usable:
        return standing_decision(state, price)
    state[S.LAST_AT] = time
    if np.isfinite(market[M.LIQUIDATION]):
        state[S.LIQUIDATION] = market[M.LIQUIDATION]
    start = candle_start(time, parameters)
    candle_begins = bool(start > state[S.FORMING_AT])
    if candle_begins:
        peak_is_new = close_candle(state, market, parameters)
        move_stops(state, parameters, time, price, peak_is_new)
        start_candle(state, start, price)
    merge_forming(state, price, price)
    _decide(state, market, parameters, candle_begins)
    return standing_decision(state, price)


@compiled
def _decide(state: FloatArray, market: FloatArray, parameters: FloatArray, candle_begins: bool) -> None:
    code = price_rule(state, market, parameters, candle_begins)
    if code == NONE and candle_begins:
        code = candle_rule(state, market, parameters)
    if code != NONE:
        _close(state, code, market[M.OPEN])
    elif state[S.REDUCTION_CODE] == 0.0:
        code, fraction = reduction(state, market, parameters, candle_begins)
        if code != NONE and fraction >= state[S.REMAINING] - _WHOLE:
            _close(state, code, market[M.OPEN])
        elif code != NONE:
            state[S.REDUCTION_CODE] = code
            state[S.REDUCTION_FRACTION] = fraction


@compiled
def _close(state: FloatArray, code: float, price: float) -> None:
    state[S.CLOSE_CODE] = code
    state[S.CLOSE_PRICE] = price
    state[S.REDUCTION_CODE] = 0.0
    state[S.REDUCTION_FRACTION] = 0.0


@compiled
def settle(state: FloatArray, fraction: float) -> None:
    """Note, in place, that the decided reduction closed ``fraction`` of the original position."""
    state[S.REMAINING] = max(state[S.REMAINING] - fraction, 0.0)
    state[S.REDUCTION_CODE] = 0.0
    state[S.REDUCTION_FRACTION] = 0.0


@compiled
def observe(state: FloatArray, market: FloatArray, parameters: FloatArray) -> None:
    """Take a closed candle's extremes into the forming candle, in place; they count from the next candle on.

    A candle older than the forming one changes nothing.
    """
    start = candle_start(market[M.TIME], parameters)
    if start < state[S.FORMING_AT]:
        return
    state[S.FORMING_AT] = start
    merge_forming(state, best_reachable(state, market, parameters), worst_seen(state, market))


@compiled
def inside_candle(
    state: FloatArray, market: FloatArray, parameters: FloatArray, tick: float
) -> tuple[float, float, float]:
    """Evaluate a candle after its open: the resting stop first, then the target, each filled at its own price.

    With a price ``tick`` (0 = none) the stop rests on it, as Freqtrade's does.
    """
    stop, code = resting_stop(state, parameters)
    stop = towards_the_market(state, stop, tick)
    if reached_from_above(state, worst_seen(state, market), stop):
        _close(state, code, stop)
    elif target_is_reached(state, best_reachable(state, market, parameters)):
        _close(state, _TP_HIT, state[S.TARGET])
    else:
        observe(state, market, parameters)
        return NONE, 0.0, np.nan
    return standing_decision(state, market[M.OPEN])


@compiled
def evaluate_candle(
    state: FloatArray, market: FloatArray, parameters: FloatArray, tick: float
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Evaluate a whole candle; return (decision at the open, decision inside). A reduction fills at the open.

    In the candle of the fill no rule is evaluated at the open, which came before the fill. ``tick`` as in
    :func:`inside_candle`.
    """
    at_open = evaluate(state, market, parameters)
    if state[S.REDUCTION_CODE] > 0.0:
        settle(state, state[S.REDUCTION_FRACTION])
    elif at_open[0] != NONE:
        return at_open, (NONE, 0.0, np.nan)
    return at_open, inside_candle(state, market, parameters, tick)
