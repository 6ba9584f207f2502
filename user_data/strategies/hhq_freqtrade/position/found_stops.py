"""Stops of positions that another strategy has opened in this database: read before Freqtrade replaces them.

At a start Freqtrade sets a stop that has not trailed back to the strategy's own, for us one that is never reached. What
rested until then is stored with the trade, and no stop of ours is farther from the market.
"""

from __future__ import annotations

import math

from freqtrade.persistence import LocalTrade, Trade

from hhq_freqtrade.account.trade_records import store_with
from hhq_freqtrade.position.stored_records import stored_signal, stored_state
from hhq_shared.trade_keys import FOUND_STOP_KEY


def note_found_stops() -> None:
    """Store the stop of every open position that nothing of ours is stored with. Call it before Freqtrade's start-up."""
    for trade in Trade.get_open_trades():
        if trade.has_open_position and trade.stop_loss and not _is_known(trade):
            found = {
                "pair": trade.pair,
                "opened": trade.open_date_utc.timestamp(),
                "stop": float(trade.stop_loss),
            }
            store_with(trade, FOUND_STOP_KEY, found)


def found_stop(trade: LocalTrade) -> float:
    """Return the stop that a position was found with, NaN for one of ours."""
    found = trade.get_custom_data(FOUND_STOP_KEY)
    if not isinstance(found, dict) or found.get("pair") != trade.pair:
        return math.nan
    # SQLite gives the id of a deleted trade to the next one, and with it whatever was stored.
    return float(found["stop"]) if found.get("opened") == trade.open_date_utc.timestamp() else math.nan


def _is_known(trade: LocalTrade) -> bool:
    return (
        stored_signal(trade) is not None
        or stored_state(trade) is not None
        or not math.isnan(found_stop(trade))
    )
