"""Whether the account admits a planned entry now: guards, one entry per signal, free slots (docs/signal.md)."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from hhq.guards.records import ALL_PAIRS
from hhq_freqtrade.account.account import open_trades
from hhq_freqtrade.account.account_loop import AccountLoop
from hhq_freqtrade.account.active_locks import BOTH_SIDES, blocking_lock, is_locked
from hhq_freqtrade.account.disk_room import DiskRoom
from hhq_freqtrade.analysis import signal_log
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.entry.plan import EntryPlan
from hhq_freqtrade.entry.planner import EntryPlanner
from hhq_freqtrade.entry.refusals import Cause, EntryRefusal
from hhq_freqtrade.position.waiting_signals import WaitingSignals


class Admission:
    """Checks what Freqtrade does not know, as the last thing before an order is placed."""

    def __init__(
        self,
        context: BotContext,
        planner: EntryPlanner,
        account: AccountLoop,
        room: DiskRoom,
        signals: WaitingSignals,
    ) -> None:
        self._config = context.config
        self._settings = context.settings
        self._tables = context.tables
        self._live = context.live
        self._no_entries = context.no_entries
        self._planner = planner
        self._account = account
        self._room = room
        self._signals = signals
        self._refused: dict[str, int] = {}

    @property
    def slots(self) -> float:
        """How many trades may be open at once, infinite without a limit; a hyperopt may change it."""
        slots: float = self._config["max_open_trades"]
        return slots if slots >= 0.0 else math.inf

    def report_full(self, pair: str, side: int) -> None:
        """If open trades take all slots, log that this accepted signal finds none: Freqtrade does not ask about it."""
        trades, slots = open_trades(), self.slots
        if len(trades) >= slots and all(trade.pair != pair for trade in trades):
            signal_log.no_slot(pair, side, len(trades), slots)

    def note_refused(self, plan: EntryPlan) -> None:
        """Note that the pair is not entered on this candle, so that it takes no slot from a pair that ranks lower."""
        self._refused[plan.pair] = plan.candle

    def refusal(self, plan: EntryPlan, now: datetime) -> EntryRefusal | None:
        """Return why the account does not admit this plan now, None if it does and the order may be placed at once."""
        if self._no_entries:
            return EntryRefusal(Cause.UNPROVEN, detail=self._no_entries)
        if self._room.problem:
            return EntryRefusal(Cause.NOT_STORED, detail=self._room.problem)
        refusal = self._account_refusal(plan, now)
        if refusal is not None:
            return refusal
        # Last: an order that is placed and cannot be stored would belong to nobody.
        problem = self._room.before_an_order()
        return EntryRefusal(Cause.NOT_STORED, detail=problem) if problem else None

    def _account_refusal(self, plan: EntryPlan, now: datetime) -> EntryRefusal | None:
        if not self._account.guards_answered:
            return EntryRefusal(Cause.GUARDS_SILENT)
        if plan.asked is not None:
            return _lock_refusal(plan, now)
        entered = self._signals.last_entry(plan.pair)
        if entered is not None and entered[0] == plan.candle:
            return EntryRefusal(Cause.SIGNAL_USED)
        interval = self._settings.current.signal.schedule.signal_interval
        if self._live and entered is not None and now.timestamp() - entered[1] < interval:
            return EntryRefusal(Cause.TOO_SOON, limit=interval)
        return self._slot_refusal(plan, now)

    def _slot_refusal(self, plan: EntryPlan, now: datetime) -> EntryRefusal | None:
        """Refuse if pairs with better signals, which could be entered, fill the free slots."""
        trades = open_trades()
        free = self.slots - len(trades)
        unavailable = {trade.pair for trade in trades}
        unavailable |= {pair for pair, candle in self._refused.items() if candle == plan.candle}
        candidates = self._tables.ranking.better_than(plan.pair, plan.candle, unavailable)
        if len(candidates) < free:
            return None
        rivals = []
        for pair in candidates:
            if self._could_enter(pair, plan.candle, now):
                rivals.append(pair)
            if len(rivals) >= free:
                return EntryRefusal(Cause.BETTER_SIGNALS, len(rivals), free, tuple(rivals))
        return None

    def _could_enter(self, pair: str, candle: int, now: datetime) -> bool:
        """Return whether Freqtrade could enter the pair's signal of this candle as things stand."""
        found = self._tables.at(pair, candle)
        stale_after = self._settings.current.signal.stale_after
        if found is None or self._tables.signal_candle(pair, now, stale_after) != candle:
            return False
        entered = self._signals.last_entry(pair)
        if (entered is not None and entered[0] == candle) or is_locked(pair, BOTH_SIDES, now):
            return False
        table, row = found
        return self._planner.plan(table, row, table.accepted_side(row), now).refusal is None


def _lock_refusal(plan: EntryPlan, now: datetime) -> EntryRefusal | None:
    """Refuse a user's entry by the lock that holds longest: Freqtrade itself asks about locks for signals only."""
    lock = blocking_lock(plan.pair, "short" if plan.side < 0 else "long", now)
    if lock is None:
        return None
    until = datetime.fromtimestamp(lock.until, UTC)
    scope = "all pairs are" if lock.pair == ALL_PAIRS else "the pair is"
    told = f"{scope} locked until {until:%Y-%m-%d %H:%M} UTC: {lock.reason or 'no reason given'}"
    return EntryRefusal(Cause.LOCKED, detail=told)
