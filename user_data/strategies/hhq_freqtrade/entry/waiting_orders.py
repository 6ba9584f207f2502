"""Life of an entry order that waits for its fill (docs/signal.md)."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from freqtrade.persistence import LocalTrade, Order, PairLocks

from hhq.entry import WaitingEntry, entry_order_outlook
from hhq.features.catalogue import Feature
from hhq.guards.records import ALL_PAIRS
from hhq_freqtrade.analysis import trace
from hhq_freqtrade.analysis.pair_table import PairTable
from hhq_freqtrade.entry.desk import EntryDesk, candle_before
from hhq_freqtrade.run_state import RunState


class WaitingOrders:
    """Tells when an entry order is to be cancelled. ``price_now`` asks the exchange, NaN where it says nothing."""

    def __init__(self, run: RunState, desk: EntryDesk, price_now: Callable[[str], float]) -> None:
        self._run = run
        self._desk = desk
        self._price_now = price_now

    def is_over(self, trade: LocalTrade, order: Order, now: datetime) -> bool:
        """Return whether the waiting entry order is to be cancelled; one that can not be judged is."""
        reason = self._reason(trade, order, now)
        if reason and self._run.live:
            trace.blocked(trade.pair, -1 if trade.is_short else 1, "ENTRY_CANCELLED", reason)
        return bool(reason)

    def _reason(self, trade: LocalTrade, order: Order, now: datetime) -> str:
        if order.safe_filled > 0.0:
            # Freqtrade sets no stop while the order is open: what has filled becomes the position.
            return "filled in part"
        table = self._run.tables.get(trade.pair)
        row = table.row_of(candle_before(now)) if table else None
        if table is not None and row is None and self._run.live and table.numbers.size:
            row = table.numbers.size - 1
        if table is None or row is None:
            return "no candles to judge it by"
        side = -1 if trade.is_short else 1
        waiting = self._without_veto(trade, order, now, table, row)
        cancel = entry_order_outlook(waiting, self._run.settings.entry.order)
        if cancel is not None:
            return cancel.value
        # Asked last: it takes as long as all the rest.
        veto = self._desk.veto_of(table, row, side, self._run.facts(trade.pair), self._run.settings)
        return f"veto for its side: {veto.name}" if veto is not None else ""

    def _without_veto(
        self, trade: LocalTrade, order: Order, now: datetime, table: PairTable, row: int
    ) -> WaitingEntry:
        side = -1 if trade.is_short else 1
        price = self._price_now(trade.pair) if self._run.live else math.nan
        known = self._run.waiting.signal_price(trade)
        return WaitingEntry(
            side=side,
            placed_at=int(order.order_date_utc.timestamp() * 1000),
            now=int(now.timestamp() * 1000),
            signal_price=order.safe_price if known is None else known,
            price=price if math.isfinite(price) else float(table.prices[3, row]),
            zscore=float(table.block.values[Feature.ZSCORE, 0, row]),
            threshold=table.value("threshold", row),
            opposite_signal=table.accepted_side(row) == -side,
            veto=False,
            guard=_is_locked(trade, now),
        )


def _is_locked(trade: LocalTrade, now: datetime) -> bool:
    """Tell whether a lock on the pair or on all pairs stands for the trade's side: one look through the locks."""
    standing = PairLocks.get_pair_locks(None, now, trade.trade_direction)
    return any(lock.pair in (trade.pair, ALL_PAIRS) for lock in standing)
