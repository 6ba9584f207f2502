"""What filled orders change: the levels at the first fill, settled reductions, the level that a stop was hit at."""

from __future__ import annotations

from datetime import UTC, datetime

from freqtrade.enums import ExitType
from freqtrade.persistence import LocalTrade, Order

from hhq.exits.answers import close_reason, reduction_reason, stop_reason
from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.reason_sources import from_freqtrade
from hhq.reasons import CloseReason
from hhq_freqtrade.account.closed_trades import known_at
from hhq_freqtrade.position.kill_switch_orders import KILL_SWITCH
from hhq_freqtrade.run_state import RunState


class FilledOrders:
    """Takes filled orders. Freqtrade reports some of them twice: taking one again changes nothing."""

    def __init__(self, run: RunState) -> None:
        self._run = run

    def take(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        """Take one filled (or partly filled and cancelled) order of a trade."""
        if order.ft_order_side == trade.entry_side:
            if not self._run.book.is_open(trade):
                self._run.book.open(trade, now)
        elif self._is_whole(trade, order):
            self._closed(trade, order, now)
        else:
            self._reduced(trade, order, now)

    def _is_whole(self, trade: LocalTrade, order: Order) -> bool:
        return not trade.is_open if self._run.live else order.safe_amount == trade.amount

    def _reduced(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        book = self._run.book
        state = book.state(trade)
        decided = reduction_reason(state)
        if decided is not None and order.ft_order_tag == decided.name:
            book.settle(trade, remaining_share(trade))
            self._remember_kill_switch(trade, decided, order, now)
        else:
            book.reduced(trade, remaining_share(trade))

    def _closed(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        book = self._run.book
        state = book.state(trade)
        level = stop_reason(state, book.parameters)
        tag = order.ft_order_tag or trade.exit_reason or ""
        reason = from_freqtrade(tag, level=level, pending=close_reason(state)).code
        if tag == ExitType.FORCE_EXIT and not self._run.live:
            reason = CloseReason.END
        if reason is not None:
            self._run.closed.note_reason(trade, reason)
        self._remember_kill_switch(trade, reason, order, now)
        book.drop(trade)
        self._run.last_price.pop(trade.pair, None)

    def _remember_kill_switch(
        self, trade: LocalTrade, reason: CloseReason | None, order: Order, now: datetime
    ) -> None:
        if reason in KILL_SWITCH:
            # By the time of the fill, so that a fill that is reported again is the same event.
            event = KillSwitchEvent(trade.pair, known_at(order.order_filled_utc or now), reason)
            self._run.guards.kill_switch(event, max(now, datetime.fromtimestamp(event.time, UTC)))
            self._run.store_account()


def remaining_share(trade: LocalTrade) -> float:
    """Return the share of a trade's original amount that its filled exits have left open."""
    bought = sold = 0.0
    for order in trade.orders:
        filled = order.safe_filled
        if order.ft_order_side == trade.entry_side:
            bought += filled
        else:
            sold += filled
    return max(bought - sold, 0.0) / bought if bought > 0.0 else 1.0


def was_filled(trade: LocalTrade, tag: str) -> bool:
    """Tell whether an exit order with this tag has filled, wholly or in part."""
    return any(
        order.ft_order_tag == tag and order.ft_order_side == trade.exit_side and order.safe_filled > 0.0
        for order in trade.orders
    )
