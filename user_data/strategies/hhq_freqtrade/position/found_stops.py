"""Stops of positions that another strategy has opened in this database: read before Freqtrade replaces them.

At a start Freqtrade sets a stop that has not trailed back to the strategy's own, for us one that is never reached. What
rested until then is stored with the trade, and no stop of ours is farther from the market.
"""

from __future__ import annotations

import math

from freqtrade.persistence import LocalTrade, Trade

from hhq_shared.trade_keys import FOUND_STOP_KEY, SIGNAL_KEY, STATE_KEY


def note_found_stops() -> None:
    """Store the stop of every open position that nothing of ours is stored with. Call it before Freqtrade's start-up."""
    for trade in Trade.get_open_trades():
        ours = any(trade.get_custom_data(key) is not None for key in (STATE_KEY, SIGNAL_KEY, FOUND_STOP_KEY))
        if trade.has_open_position and not ours and trade.stop_loss:
            trade.set_custom_data(FOUND_STOP_KEY, float(trade.stop_loss))


def found_stop(trade: LocalTrade) -> float:
    """Return the stop that a position was found with, NaN for one of ours."""
    stored = trade.get_custom_data(FOUND_STOP_KEY)
    return float(stored) if isinstance(stored, int | float) else math.nan
