"""A position from its fill to its end, along a coin's candles: the exit engine candle by candle, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hhq.arrays import CodeArray, FloatArray
from hhq.compiled import compiled
from hhq.exits.engine import evaluate_candle
from hhq.exits.slots import MarketSlot as M
from hhq.exits.slots import StateSlot as S


class Ride(NamedTuple):
    """The end of a position. All percentages are of the entry's notional.

    ``row`` of its last candle; ``code`` of the close reason, 0 while it is still open at the end of the candles,
    where it is valued at the last close; ``price`` of the last exit; ``gross_pct`` the moves of all exits; ``turnover`` the
    notional of all exits as a multiple of the entry's; ``funding_pct`` received (+) or paid (−).
    """

    row: int
    code: float
    price: float
    gross_pct: float
    turnover: float
    funding_pct: float


@compiled
def ride(
    state: FloatArray,
    course: FloatArray,
    funding: FloatArray,
    accepted: CodeArray,
    first: int,
    parameters: FloatArray,
    tick: float,
) -> tuple[int, float, float, float, float, float]:
    """Follow a position that was filled in the candle of row ``first``, and return the numbers of a :class:`Ride`.

    ``state`` from open_position(), changed in place. ``course`` float64 (rows, len(MarketSlot)): candles with the ATR
    known at their open. ``funding`` (rows,): rates settled at each open, fractions of the notional. ``accepted`` int8
    (rows,): side of the accepted signal at each close. ``tick`` of the price, 0 = unknown.
    """
    side, entry = state[S.SIDE], state[S.ENTRY]
    market = np.empty(course.shape[1])
    gross, turnover, received = 0.0, 0.0, 0.0
    for row in range(first, course.shape[0]):
        market[:] = course[row]
        opened, before = market[M.OPEN], state[S.REMAINING]
        if row > first:
            received -= side * funding[row] * before * opened / entry * 100.0
            market[M.OPPOSITE_SIGNAL] = 1.0 if accepted[row - 1] == -side else 0.0
        market[M.FUNDING_PCT] = received
        evaluate_candle(state, market, parameters, tick)
        reduced, left = before - state[S.REMAINING], state[S.REMAINING]
        gross += reduced * side * (opened / entry - 1.0) * 100.0
        turnover += reduced * opened / entry
        if state[S.CLOSE_CODE] > 0.0:
            price = state[S.CLOSE_PRICE]
            gross += left * side * (price / entry - 1.0) * 100.0
            return row, state[S.CLOSE_CODE], price, gross, turnover + left * price / entry, received
    price = course[-1, M.CLOSE]
    gross += state[S.REMAINING] * side * (price / entry - 1.0) * 100.0
    turnover += state[S.REMAINING] * price / entry
    return course.shape[0] - 1, 0.0, price, gross, turnover, received
