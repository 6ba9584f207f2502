"""What filled orders change: levels at the first fill, settled reductions, and the reason of a close."""

from __future__ import annotations

from datetime import datetime

from freqtrade.enums import ExitType
from freqtrade.persistence import LocalTrade, Order

from hhq.exits.answers import close_reason, reduction_reason, stop_price, stop_reason
from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.reason_sources import from_freqtrade
from hhq.reasons import CloseReason
from hhq_freqtrade.account.account_loop import AccountLoop
from hhq_freqtrade.account.closed_trades import ClosedTrades, known_at
from hhq_freqtrade.account.kill_switch_orders import KILL_SWITCH
from hhq_freqtrade.account.prices import LastPrices
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.position.book import PositionBook
from hhq_freqtrade.position.resting_stops import RestingStops


class FilledOrders:
    """Processes filled orders. Freqtrade reports some of them twice: processing one again changes nothing."""

    def __init__(
        self,
        context: BotContext,
        book: PositionBook,
        rests: RestingStops,
        account: AccountLoop,
        closed: ClosedTrades,
        prices: LastPrices,
    ) -> None:
        self._live = context.live
        self._book = book
        self._rests = rests
        self._account = account
        self._closed_trades = closed
        self._prices = prices

    def take(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        """Process one filled (or partly filled and cancelled) order of a trade."""
        if order.ft_order_side == trade.entry_side:
            if not self._book.is_open(trade):
                self._book.open(trade, now)
        elif self._is_whole(trade, order):
            self._closed(trade, order, now)
        else:
            self._reduced(trade, order, now)

    def _is_whole(self, trade: LocalTrade, order: Order) -> bool:
        return not trade.is_open if self._live else order.safe_amount == trade.amount

    def _reduced(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        state = self._book.take_up(trade)
        decided = reduction_reason(state)
        if decided is not None and order.ft_order_tag == decided.name:
            self._book.settle(trade, remaining_share(trade))
            self._remember_kill_switch(trade, decided, order, now)
        else:
            self._book.reduced(trade, remaining_share(trade))
        if self._live:
            # Freqtrade has just moved it, and compares it with the stop on the exchange next.
            price = stop_price(self._book.state(trade), self._book.parameters)
            self._rests.mend(trade, price, self._prices.of(trade, now))

    def _closed(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        state = self._book.take_up(trade)
        level = stop_reason(state, self._book.parameters)
        tag = order.ft_order_tag or trade.exit_reason or ""
        reason = from_freqtrade(tag, level=level, pending=close_reason(state)).code
        if tag == ExitType.FORCE_EXIT and not self._live:
            reason = CloseReason.END
        if reason is not None:
            self._closed_trades.note_reason(trade, reason)
        self._remember_kill_switch(trade, reason, order, now)
        self._book.drop(trade)
        self._rests.forget(trade)
        self._prices.forget(trade.pair)

    def _remember_kill_switch(
        self, trade: LocalTrade, reason: CloseReason | None, order: Order, now: datetime
    ) -> None:
        if reason in KILL_SWITCH:
            # Stamped with the time of the fill, so that a fill that is reported again is the same event.
            event = KillSwitchEvent(trade.pair, known_at(order.order_filled_utc or now), reason)
            self._account.kill_switch_acted(event, now)


def remaining_share(trade: LocalTrade) -> float:
    """Return the share (0 … 1) of a trade's original amount that its filled exits have left open."""
    bought = sold = 0.0
    for order in trade.orders:
        filled = order.safe_filled
        if order.ft_order_side == trade.entry_side:
            bought += filled
        else:
            sold += filled
    return max(bought - sold, 0.0) / bought if bought > 0.0 else 1.0


def was_filled(trade: LocalTrade, tag: str) -> bool:
    """Return whether an exit order with this tag has filled, wholly or in part."""
    return any(
        order.ft_order_tag == tag and order.ft_order_side == trade.exit_side and order.safe_filled > 0.0
        for order in trade.orders
    )
