"""The request weight that a bot uses at the exchange within a minute, as estimated from outside."""

from __future__ import annotations

import math

from companion.bot.state import BotState
from companion.venues.request_weight import BotWeights
from hhq.panel import CANDLE_MS

_MORE_POSITIONS = 2
"""Allowance for positions opened between two candle closes; they are few."""
_MINUTE_MS = 60_000


def needed_weight(state: BotState, coins: int, now_ms: int, weights: BotWeights) -> int:
    """Request weight that a bot with ``coins`` pairs on its list may use in this minute.

    A bot that does not answer, or has answered for less than a minute, may be about to load the candle history of all of
    them. In the minute after a candle's close it requests all new candles, and may fill all its slots.
    """
    config, positions = state.config, len(state.positions) + _MORE_POSITIONS
    is_loading = not state.reachable or now_ms - state.since_ms < _MINUTE_MS
    after_close = now_ms % CANDLE_MS < _MINUTE_MS
    if after_close and config is not None:
        slots = config.max_open_trades if 0 <= config.max_open_trades < math.inf else coins
        positions = max(positions, int(slots))
    a_coin = weights.loaded_coin if is_loading else weights.closed_candle * after_close
    return coins * a_coin + positions * weights.position
