"""Which trade is meant, and its side: SQLite gives the id of a deleted trade to the next one."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from freqtrade.persistence import LocalTrade

TradeIdentity: TypeAlias = "tuple[int, str, datetime]"
"""Id, pair and opening time of a trade (UTC): no two trades of a database share all three."""


def identity(trade: LocalTrade) -> TradeIdentity:
    """Return what the state of a trade is kept under."""
    return trade.id, trade.pair, trade.open_date_utc


def side_of(trade: LocalTrade) -> int:
    """Return 1 for LONG, -1 for SHORT."""
    return -1 if trade.is_short else 1
