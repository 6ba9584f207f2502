"""The steps that adapters call: (state, market, parameters) → (state, decision). The given state is never
changed.

Live calls :func:`step_tick` with each mark price. A backtest calls :func:`step_candle`, or, where somebody
else judges the inside of the candle (Freqtrade), :func:`step_open` at each candle's open.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from hhq.arrays import FloatArray
from hhq.exits.engine import evaluate, evaluate_candle, observe, settle, standing_decision
from hhq.exits.slots import StateSlot
from hhq.reasons import CloseReason


class Decision(NamedTuple):
    """What to do: close ``fraction`` of the original position at ``price``; ``reason`` None: nothing."""

    reason: CloseReason | None
    fraction: float
    price: float

    @property
    def is_nothing(self) -> bool:
        """Return whether there is nothing to do."""
        return self.reason is None


class Tick(NamedTuple):
    """One mark price at one time; what is not known is NaN.

    ``time`` in seconds since 1970 UTC; ``price`` and ``atr_1h`` in quote currency; ``funding_pct`` received
    (+) or paid (−) since the fill in % of the entry's notional; ``opposite_signal``: a full accepted signal
    of the other side; ``close_all``: the portfolio recovery closes everything; ``liquidation`` price, NaN =
    unchanged.
    """

    time: float
    price: float
    atr_1h: float = math.nan
    funding_pct: float = math.nan
    opposite_signal: bool = False
    close_all: bool = False
    liquidation: float = math.nan


class Candle(NamedTuple):
    """One candle; ``time`` is its start, the other fields are as in :class:`Tick` and hold at its open."""

    time: float
    open: float
    high: float
    low: float
    close: float
    atr_1h: float = math.nan
    funding_pct: float = math.nan
    opposite_signal: bool = False
    close_all: bool = False
    liquidation: float = math.nan


class CandleStep(NamedTuple):
    """Result of a candle: what happened at its open (a reduction or a close), then what happened inside."""

    state: FloatArray
    at_open: Decision
    inside: Decision


def step_tick(state: FloatArray, tick: Tick, parameters: FloatArray) -> tuple[FloatArray, Decision]:
    """Judge one price: ``state`` as of :class:`hhq.exits.slots.StateSlot`, ``parameters`` of
    exit_parameters().

    A close is answered again until the position is gone, a reduction until :func:`settle_reduction`. A time
    that was judged before changes nothing, so that several callbacks of one moment may ask.
    """
    after = state.copy()
    return after, _decision(evaluate(after, _tick_vector(tick), parameters))


def step_open(
    state: FloatArray, tick: Tick, parameters: FloatArray, closed: Candle | None = None
) -> tuple[FloatArray, Decision]:
    """Judge the open of a candle; ``closed`` is the candle before it, which the position has survived.

    Its extremes count from this open on. The candle of the fill is passed as well, at the next open.
    """
    after = state.copy()
    if closed is not None:
        observe(after, _candle_vector(closed), parameters)
    return after, _decision(evaluate(after, _tick_vector(tick), parameters))


def step_candle(state: FloatArray, candle: Candle, parameters: FloatArray) -> CandleStep:
    """Judge a whole candle: the rules known at its open, then the stop inside, then the target.

    A reduction fills at the open and is settled here. Pass each candle once, in their order.
    """
    after = state.copy()
    at_open, inside = evaluate_candle(after, _candle_vector(candle), parameters)
    return CandleStep(after, _decision(at_open), _decision(inside))


def settle_reduction(state: FloatArray, fraction: float | None = None) -> FloatArray:
    """Return the state after the decided reduction was carried out.

    ``fraction`` of the original position that really was closed; None: as decided, 0: it cannot be carried
    out (too small for the exchange). Either way the rule has fired.
    """
    after = state.copy()
    settle(after, float(state[StateSlot.REDUCTION_FRACTION] if fraction is None else fraction))
    return after


def standing(state: FloatArray, price: float = math.nan) -> Decision:
    """Return what was decided before and is not carried out yet, such as after a restart."""
    return _decision(standing_decision(state, float(price)))


def _tick_vector(tick: Tick) -> FloatArray:
    nan = math.nan
    return np.array(
        (tick.time, tick.price, nan, nan, nan, tick.atr_1h, tick.funding_pct, tick.opposite_signal,
         tick.close_all, tick.liquidation),
        dtype=np.float64,
    )  # fmt: skip


def _candle_vector(candle: Candle) -> FloatArray:
    return np.array(candle, dtype=np.float64)


def _decision(numbers: tuple[float, float, float]) -> Decision:
    code, fraction, price = numbers
    return Decision(CloseReason(int(code)) if code > 0 else None, fraction, price)
