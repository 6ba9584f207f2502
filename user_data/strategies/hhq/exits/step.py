"""The steps that adapters call: (state, market, parameters) → (state, decision). The given state never changes.

A live bot calls :func:`step_tick` with each mark price. A backtest calls :func:`step_candle`, or, where Freqtrade
evaluates the inside of the candle, :func:`step_open` at each candle's open.
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
    """What to do: close ``fraction`` of the original position at ``price``; ``reason`` None = nothing."""

    reason: CloseReason | None
    fraction: float
    price: float

    @property
    def is_nothing(self) -> bool:
        """Return whether there is nothing to do."""
        return self.reason is None


class Surroundings(NamedTuple):
    """What counts at a moment besides the price; NaN = unknown. In the order of the market's last slots.

    ``atr_1h`` in quote currency; ``funding_pct`` received (+) or paid (−) since the fill in % of the entry's notional;
    ``opposite_signal``: an accepted signal for the opposite side; ``close_all``: the portfolio recovery closes
    everything; ``liquidation`` price, NaN = unchanged; ``delivery``: when the contract is delivered, in seconds since
    1970 UTC.
    """

    atr_1h: float = math.nan
    funding_pct: float = math.nan
    opposite_signal: bool = False
    close_all: bool = False
    liquidation: float = math.nan
    delivery: float = math.nan


class Tick(NamedTuple):
    """One mark price (quote currency; NaN = unknown) at one ``time`` (seconds since 1970 UTC)."""

    time: float
    price: float
    around: Surroundings = Surroundings()


class Candle(NamedTuple):
    """One candle; ``time`` is its start, and ``around`` is as of its open."""

    time: float
    open: float
    high: float
    low: float
    close: float
    around: Surroundings = Surroundings()


class CandleStep(NamedTuple):
    """Result of a candle: what happened at its open (a reduction or a close), then what happened inside it."""

    state: FloatArray
    at_open: Decision
    inside: Decision


def step_tick(state: FloatArray, tick: Tick, parameters: FloatArray) -> tuple[FloatArray, Decision]:
    """Evaluate one price; ``state`` as in :class:`hhq.exits.slots.StateSlot`, ``parameters`` from exit_parameters().

    A decided close is returned again and again until the position is gone, a reduction until
    :func:`settle_reduction`. A time that was evaluated before changes nothing, so several callbacks of one moment
    may call this.
    """
    after = state.copy()
    return after, _decision(evaluate(after, _tick_vector(tick), parameters))


def step_open(
    state: FloatArray, tick: Tick, parameters: FloatArray, closed: Candle | None = None
) -> tuple[FloatArray, Decision]:
    """Evaluate the open of a candle; ``closed`` is the candle before it, which the position has survived.

    The extremes of ``closed`` count from this open on. The candle of the fill is passed as well, at the next open.
    """
    after = state.copy()
    if closed is not None:
        observe(after, _candle_vector(closed), parameters)
    return after, _decision(evaluate(after, _tick_vector(tick), parameters))


def step_candle(state: FloatArray, candle: Candle, parameters: FloatArray) -> CandleStep:
    """Evaluate a whole candle: the rules at its open, then the stop inside it, then the target.

    A reduction fills at the open and is settled here. Pass each candle once, in order of time.
    """
    after = state.copy()
    at_open, inside = evaluate_candle(after, _candle_vector(candle), parameters, 0.0)
    return CandleStep(after, _decision(at_open), _decision(inside))


def settle_reduction(state: FloatArray, fraction: float | None = None) -> FloatArray:
    """Return the state after the decided reduction was carried out.

    ``fraction`` is the share of the original position that was really closed; None: as decided; 0: it cannot be
    carried out (too small for the exchange). In every case the rule has fired.
    """
    after = state.copy()
    settle(after, float(state[StateSlot.REDUCTION_FRACTION] if fraction is None else fraction))
    return after


def standing(state: FloatArray, price: float = math.nan) -> Decision:
    """Return what was decided earlier and is still to be carried out, for instance after a restart."""
    return _decision(standing_decision(state, float(price)))


def _tick_vector(tick: Tick) -> FloatArray:
    no_candle = (math.nan,) * 3
    return np.array((tick.time, tick.price, *no_candle, *tick.around), dtype=np.float64)


def _candle_vector(candle: Candle) -> FloatArray:
    *prices, around = candle
    return np.array((*prices, *around), dtype=np.float64)


def _decision(numbers: tuple[float, float, float]) -> Decision:
    code, fraction, price = numbers
    return Decision(CloseReason(int(code)) if code > 0 else None, fraction, price)
