"""Flash moves: sudden moves of BTC or ETH over 30 minutes, with hysteresis and a finite memory."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.compiled import compiled

CANDLE_MINUTES = 5.0


@compiled
def flash_states(
    move: FloatArray, start: float, end: float, memory: int, first: int
) -> tuple[FloatArray, FloatArray]:
    """Return for every candle whether a flash move is on, and how long ago the last one ended (docs/signal.md).

    ``move`` float64 (bars,): the 30m change in %, in the direction of the flash move (negated for a crash),
    NaN = n/a. A flash move is on from a move > ``start`` until a move < ``end``, both in %. So that the state
    does not depend on where the series begins, the last such crossing among the last ``memory`` candles, this
    one included, decides; without one it is off. The last candle on which it was on is also looked for among
    the last ``memory`` candles, so a value depends on 2 × ``memory`` − 1 moves.

    Returns two float64 arrays (bars − ``first``,), NaN where ``move`` is NaN: the state (1 on, 0 off), and
    the minutes since the close of the first candle after it (0 while on; inf: none within memory).
    """
    bars = move.size
    state = np.full(bars - first, np.nan)
    minutes = np.full(bars - first, np.nan)
    crossing, started, last_on = -memory, False, -memory
    for bar in range(max(0, first - 2 * memory), bars):
        if move[bar] > start:
            crossing, started = bar, True
        elif move[bar] < end:
            crossing, started = bar, False
        if started and bar - crossing < memory:
            last_on = bar
        if bar >= first and not np.isnan(move[bar]):
            state[bar - first] = 1.0 if last_on == bar else 0.0
            minutes[bar - first] = _minutes_after(bar - last_on, memory)
    return state, minutes


@compiled
def _minutes_after(candles: int, memory: int) -> float:
    """Return the minutes since the end, from the number of candles since the move was last on."""
    if candles >= memory:
        return np.inf
    return max(candles - 1, 0) * CANDLE_MINUTES
