"""What has happened to positions, from two successive states of a bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from companion.bot.ids import outer_id
from companion.bot.state import BotState
from companion.bot.trade_models import ClosedTradeAnswer
from companion.ground.plain import Json, Row

KILL_SWITCH = "KILL_SWITCH"


class PortfolioViews(Protocol):
    """How positions, trades and accounts are shown: just as the API shows them."""

    @property
    def position_columns(self) -> tuple[str, ...]:
        """Names of the columns of :meth:`positions`."""

    def positions(self, state: BotState) -> Mapping[str, Row]:
        """Open positions of a bot by their id."""

    def trade(self, state: BotState, trade: ClosedTradeAnswer) -> Mapping[str, Json]:
        """A closed trade."""

    def account(self, state: BotState) -> Mapping[str, Json]:
        """A bot's account: its equity, and what the evidence shows for its settings."""


def closed_since(before: BotState, after: BotState) -> list[ClosedTradeAnswer]:
    """Trades that closed while this process was watching, oldest first.

    A bot's first answer is history: nothing in it has just happened.
    """
    if not before.asked_ms:
        return []
    known = {trade.trade_id for trade in before.recent}
    newest = max((trade.close_timestamp for trade in before.recent), default=0)
    fresh = (t for t in after.recent if t.trade_id not in known and t.close_timestamp >= newest)
    return sorted(fresh, key=lambda trade: trade.close_timestamp)


def opened_since(before: BotState, after: BotState) -> list[str]:
    """Ids of positions filled since then; an entry order still waiting is not a position."""
    if not before.asked_ms:
        return []
    known = {position.trade_id for position in before.positions if position.amount > 0}
    return [
        outer_id(after.name, p.trade_id) for p in after.positions if p.amount > 0 and p.trade_id not in known
    ]


def kill_switch_orders(before: BotState, after: BotState) -> list[Mapping[str, Json]]:
    """Kill-switch exits filled since then, partial and full."""
    if not before.asked_ms:
        return []
    seen = _kill_switch_fills(before)
    return [event for key, event in _kill_switch_fills(after).items() if key not in seen]


def _kill_switch_fills(state: BotState) -> dict[tuple[int, str], Mapping[str, Json]]:
    fills: dict[tuple[int, str], Mapping[str, Json]] = {}
    for trade in (*state.positions, *state.recent):
        for order in trade.orders:
            code = order.ft_order_tag or ""
            if code.startswith(KILL_SWITCH) and not order.is_open and order.filled:
                fills[(trade.trade_id, order.order_id)] = {
                    "id": outer_id(state.name, trade.trade_id),
                    "pair": trade.pair,
                    "code": code,
                    "price": order.safe_price,
                    "size": order.filled,
                    "time": order.order_filled_timestamp,
                }
    return fills
