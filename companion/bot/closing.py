"""Closing one trade: that it is the one that was meant, and whether the bot has really done it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from companion.bot.client import BotClient
from companion.bot.errors import BotNotFoundError, BotRefusedError, NothingDoneError, OtherTradeError
from companion.bot.trade_models import OpenTrade, OrderType
from companion.bot.watch import BotWatch

_ROUNDING = 1e-9
"""An amount this share of a step below a multiple of it is that multiple."""


class Outcome(StrEnum):
    """What closing came to."""

    CLOSING = "closing"
    """An exit order was placed, or has filled already."""
    CANCELLED = "cancelled"
    """The entry order had not filled: it was cancelled, and there is no position."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What was done, and what the bot says about it."""

    outcome: Outcome
    told: str


async def close_trade(
    watch: BotWatch, meant: OpenTrade, order_type: OrderType | None = None, amount: float | None = None
) -> Closing:
    """Close a trade, or ``amount`` coins of it.

    Freqtrade answers a cancelled entry order as a failure, and an amount below its step as a success; so the trade is
    read before and after. Raises OtherTradeError if the bot's trade of that id is another one, BotNotFoundError if it is
    closed or gone, NothingDoneError for an amount that cannot be closed and if nothing came of the call, and other
    BotErrors.
    """
    before = await watch.client.trade(meant.trade_id)
    _require_same(watch.name, meant, before)
    if not before.is_open:
        raise BotNotFoundError(f"{watch.name}: trade {meant.trade_id}", 404, "the position is closed already")
    if amount is not None:
        _require_possible(before, amount)
    try:
        told = await watch.force_exit(meant.trade_id, order_type, amount)
    except BotRefusedError:
        if before.amount > 0.0 or await _newest(watch.client, before) is not None:
            raise
        return Closing(Outcome.CANCELLED, f"Cancelled the entry order of {before.pair}.")
    after = await _newest(watch.client, before)
    if after is not None and not _is_being_closed(before, after):
        raise NothingDoneError(
            f"{watch.name} answers {told!r}, but has placed no exit order; its log says why"
        )
    return Closing(Outcome.CLOSING, told)


def _require_same(bot: str, meant: OpenTrade, found: OpenTrade) -> None:
    if (found.pair, found.open_timestamp) != (meant.pair, meant.open_timestamp):
        raise OtherTradeError(
            f"trade {meant.trade_id} of {bot} is now one of {found.pair}, not the one of {meant.pair} that was meant"
        )


def _require_possible(trade: OpenTrade, amount: float) -> None:
    if not trade.amount > 0.0:
        raise NothingDoneError(
            f"the entry order of {trade.pair} has not filled: it can only be cancelled as a whole"
        )
    if amount > trade.amount:
        raise NothingDoneError(f"the position has {trade.amount:g} coins, fewer than {amount:g}")
    step = trade.amount_step
    if step and math.floor(amount / step + _ROUNDING) < 1:
        raise NothingDoneError(f"{amount:g} coins are below the exchange's step of {step:g} for {trade.pair}")


async def _newest(client: BotClient, before: OpenTrade) -> OpenTrade | None:
    """The trade as it is now if it is still open, None if it is closed, deleted, or its id is another trade's."""
    try:
        found = await client.trade(before.trade_id)
    except BotNotFoundError:
        return None
    is_same = (found.pair, found.open_timestamp) == (before.pair, before.open_timestamp)
    return found if is_same and found.is_open else None


def _is_being_closed(before: OpenTrade, after: OpenTrade) -> bool:
    known = {order.order_id for order in before.orders}
    exits = [order for order in after.orders if order.ft_order_side == after.exit_side and order.amount > 0.0]
    return any(order.is_open or order.order_id not in known for order in exits)
