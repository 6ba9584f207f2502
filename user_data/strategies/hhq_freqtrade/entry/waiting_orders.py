"""The lifetime of an unfilled entry order (docs/signal.md)."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
from freqtrade.persistence import LocalTrade, Order

from hhq.arrays import CodeArray
from hhq.contracts import contract_gate
from hhq.entry import EntryCancel, WaitingEntry, entry_order_outlook
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.settings import HHQSettings
from hhq.signals import Where, first_veto
from hhq_freqtrade.account.active_locks import is_locked
from hhq_freqtrade.account.trade_identity import side_of
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.pair_table import PairTable, candle_before
from hhq_freqtrade.entry.refusals import Cancellation, OrderFault, RefusalLog
from hhq_freqtrade.entry.user_entry import FORCED
from hhq_freqtrade.position.waiting_signals import WaitingSignals


class WaitingOrders:
    """Decides when an unfilled entry order is to be cancelled."""

    def __init__(self, context: BotContext, signals: WaitingSignals, log: RefusalLog) -> None:
        self._settings = context.settings
        self._facts = context.facts
        self._contracts = context.contracts
        self._tables = context.tables
        self._live = context.live
        self._no_entries = context.no_entries
        self._signals = signals
        self._log = log
        self._vetoes: dict[tuple[str, int], tuple[PairTable, HHQSettings, CodeArray]] = {}

    def is_over(self, trade: LocalTrade, order: Order, now: datetime) -> bool:
        """Return whether the unfilled entry order is to be cancelled; one that cannot be judged is cancelled."""
        cancellation = self._cancellation(trade, order, now)
        if cancellation is not None:
            self._log.cancelled(trade.pair, side_of(trade), cancellation)
        return cancellation is not None

    def _cancellation(self, trade: LocalTrade, order: Order, now: datetime) -> Cancellation | None:
        if order.safe_filled > 0.0:
            # Freqtrade sets no stop while the order is open, so cancel it: what has filled becomes the position.
            return Cancellation(OrderFault.FILLED_IN_PART)
        if self._no_entries:
            # Placed by an earlier run: what would fill now is an entry like any other.
            return Cancellation(OrderFault.NO_ENTRIES)
        contract = contract_gate(
            self._contracts.of(trade.pair), now.timestamp() * 1000.0, self._settings.current
        )
        if contract is not None:
            return Cancellation(EntryCancel.CONTRACT, contract)
        if self._signals.is_forced(trade) or trade.enter_tag == FORCED:
            # A user's order is not judged as a signal; only a lock or the contract takes it back.
            locked = is_locked(trade.pair, trade.trade_direction, now)
            return Cancellation(EntryCancel.GUARD) if locked else None
        found = self._row(trade.pair, now)
        if found is None:
            return Cancellation(OrderFault.NO_CANDLES)
        table, row = found
        waiting = self._without_veto(trade, order, now, table, row)
        cancel = entry_order_outlook(waiting, self._settings.current.entry.order)
        if cancel is not None:
            return Cancellation(cancel)
        # Checked last: it takes as long as all the rest.
        veto = self._veto(table, row, side_of(trade))
        return None if veto is None else Cancellation(EntryCancel.VETO, veto)

    def _row(self, pair: str, now: datetime) -> tuple[PairTable, int] | None:
        """Return table and row of the candle that closed last, or of a running bot's newest; None without one."""
        found = self._tables.at(pair, candle_before(now))
        table = self._tables.get(pair)
        if found is None and self._live and table is not None and table.numbers.size:
            return table, table.numbers.size - 1
        return found

    def _without_veto(
        self, trade: LocalTrade, order: Order, now: datetime, table: PairTable, row: int
    ) -> WaitingEntry:
        side = side_of(trade)
        price = self._facts.price_now(trade.pair) if self._live else math.nan
        known = self._signals.signal_price(trade)
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
            guard=is_locked(trade.pair, trade.trade_direction, now),
        )

    def _veto(self, table: PairTable, row: int, side: int) -> Gate | None:
        """Return the gate that refuses an entry of ``side`` at a row whatever its score, None without one.

        All rows of a table are evaluated at once, which takes hardly longer than one row; a backtest needs many of them.
        """
        settings = self._settings.current
        known = self._vetoes.get((table.pair, side))
        if known is None or known[0] is not table or known[1] is not settings:
            rows = np.arange(table.numbers.size)
            at = Where(np.zeros_like(rows), rows, np.full(rows.size, float(side)))
            coins = self._facts.of(table.pair).coin_table(table.pair)
            codes = first_veto(table.block.values[:, 0, :], table.market, coins, settings, at)
            known = self._vetoes[table.pair, side] = (table, settings, codes)
        gate = Gate(int(known[2][row]))
        return None if gate is Gate.SCORE_PASS else gate
