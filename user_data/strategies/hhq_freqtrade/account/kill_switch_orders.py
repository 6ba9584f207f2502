"""Kill switch events, read from filled orders: so they survive a bot that dies between a fill and its own note of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from freqtrade.persistence import LocalTrade, Trade

from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.reasons import CloseReason, reason_named

KILL_SWITCH = {CloseReason.KILL_SWITCH_PARTIAL, CloseReason.KILL_SWITCH_FULL}


def events_of(trade: LocalTrade) -> list[KillSwitchEvent]:
    """Return the events that a trade's filled exits are evidence of, each at the time of its fill."""
    events = []
    for order in trade.orders:
        reason = reason_named(order.ft_order_tag or "")
        filled = order.order_filled_utc
        if (
            order.ft_order_side == trade.exit_side
            and order.safe_filled > 0.0
            and reason in KILL_SWITCH
            and filled
        ):
            events.append(KillSwitchEvent(trade.pair, filled.timestamp(), reason))
    return events


def events_since(now: datetime, days: float) -> list[KillSwitchEvent]:
    """Return the events of all trades that are open or closed within the last ``days``, oldest first."""
    closed = Trade.get_trades_proxy(is_open=False, close_date=now - timedelta(days=days))
    trades = [*Trade.get_trades_proxy(is_open=True), *closed]
    return sorted((event for trade in trades for event in events_of(trade)), key=lambda event: event.time)
