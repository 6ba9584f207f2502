"""What the state takes from candles: extremes enter it once their candle has closed."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled
from hhq.exits.prices import breakeven_price, gain, is_tighter
from hhq.exits.slots import MarketSlot as M
from hhq.exits.slots import ParameterSlot as P
from hhq.exits.slots import StateSlot as S

NEVER_DEEP, WAS_DEEP, CAME_BACK = 0.0, 1.0, 2.0
"""Stages of the recovery exit."""


@compiled
def candle_start(time: float, parameters: FloatArray) -> float:
    """Return the start of the candle in which ``time`` lies (s); with length 0 every moment is a candle of its own."""
    length = parameters[P.CANDLE_SECONDS]
    return float(np.floor(time / length) * length) if length > 0.0 else float(time)


@compiled
def atr_of(state: FloatArray, market: FloatArray) -> float:
    """Return the current ATR (1h), or that of the fill while the current one is unknown; in quote currency."""
    return float(market[M.ATR_1H]) if np.isfinite(market[M.ATR_1H]) else float(state[S.ATR_1H])


@compiled
def merge_forming(state: FloatArray, best: float, worst: float) -> None:
    """Widen the extremes of the forming candle, in place; an extreme that is NaN changes nothing."""
    if is_tighter(state, best, state[S.FORMING_BEST]):
        state[S.FORMING_BEST] = best
    if is_tighter(state, state[S.FORMING_WORST], worst):
        state[S.FORMING_WORST] = worst


@compiled
def start_candle(state: FloatArray, start: float, price: float) -> None:
    """Begin a forming candle with its first price, in place."""
    state[S.FORMING_AT] = start
    state[S.FORMING_BEST] = price
    state[S.FORMING_WORST] = price


@compiled
def close_candle(state: FloatArray, market: FloatArray, parameters: FloatArray) -> bool:
    """Take the extremes of the closed candle into the state, in place; return whether they made a new peak."""
    best, worst = state[S.FORMING_BEST], state[S.FORMING_WORST]
    _watch_recovery(state, best, worst, atr_of(state, market) * parameters[P.RECOVERY_LOSS])
    if is_tighter(state, best, state[S.GRADUAL_BEST]):
        state[S.GRADUAL_BEST] = best
    if is_tighter(state, state[S.WORST], worst):
        state[S.WORST] = worst
    if is_tighter(state, best, state[S.PEAK]):
        state[S.PEAK] = best
        state[S.PEAK_AT] = state[S.FORMING_AT]
        return True
    return False


@compiled
def _watch_recovery(state: FloatArray, best: float, worst: float, deep: float) -> None:
    # The order of the extremes within one candle is unknown: a fall and its recovery take two candles.
    if state[S.RECOVERY_STAGE] == WAS_DEEP and gain(state, breakeven_price(state), best) >= 0.0:
        state[S.RECOVERY_STAGE] = CAME_BACK
        state[S.RECOVERY_BEST] = best
    elif state[S.RECOVERY_STAGE] == CAME_BACK and is_tighter(state, best, state[S.RECOVERY_BEST]):
        state[S.RECOVERY_BEST] = best
    elif state[S.RECOVERY_STAGE] == NEVER_DEEP and gain(state, worst, state[S.ENTRY]) >= deep:
        state[S.RECOVERY_STAGE] = WAS_DEEP


@compiled
def best_reachable(state: FloatArray, market: FloatArray, parameters: FloatArray) -> float:
    """Return the best price of a candle that the position can have seen.

    In the candle of the fill, a limit order filled at a better price than the open, and the candle closed against
    the side: then it filled on the way down, the best price came before the fill, and only the close counts.
    Freqtrade treats its targets in the same way.
    """
    best = market[M.HIGH] if state[S.SIDE] > 0.0 else market[M.LOW]
    first = candle_start(state[S.OPENED_AT], parameters) == candle_start(market[M.TIME], parameters)
    filled_later = gain(state, state[S.ENTRY], market[M.OPEN]) > 0.0
    if first and filled_later and gain(state, market[M.OPEN], market[M.CLOSE]) < 0.0:
        return float(market[M.CLOSE])
    return float(best)


@compiled
def worst_seen(state: FloatArray, market: FloatArray) -> float:
    """Return the worst price of a candle for the position."""
    return float(market[M.LOW] if state[S.SIDE] > 0.0 else market[M.HIGH])
