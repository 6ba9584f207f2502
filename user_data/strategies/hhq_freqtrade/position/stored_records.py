"""What is stored with a trade, if it is of that trade: a deleted trade may have left its records to the next of its id."""

from __future__ import annotations

import logging
from typing import Any

from freqtrade.persistence import LocalTrade

from hhq_shared.trade_keys import SIGNAL_KEY, STATE_KEY

logger = logging.getLogger("hhq.exit")

_SECONDS_APART = 1.0


def stored_signal(trade: LocalTrade) -> dict[str, Any] | None:
    """Return the record of the trade's signal, None where there is none of this pair."""
    record = trade.get_custom_data(SIGNAL_KEY)
    return record if isinstance(record, dict) and record.get("pair", trade.pair) == trade.pair else None


def stored_state(trade: LocalTrade) -> dict[str, Any] | None:
    """Return the record of the exit engine's state, None where there is none since this trade was opened."""
    record = trade.get_custom_data(STATE_KEY)
    if not isinstance(record, dict):
        return None
    opened = record.get("opened_at")
    # The exchange may fill an order before the bot notes the trade, and by a clock of its own.
    earliest = min(trade.open_date_utc, trade.date_entry_fill_utc or trade.open_date_utc).timestamp()
    if isinstance(opened, int | float) and opened < earliest - _SECONDS_APART:
        logger.error("POSITION_STATE: what is stored for %s is of an earlier trade", trade.pair)
        return None
    return record
