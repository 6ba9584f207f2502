"""What locks keep out of a backtest, counted: Freqtrade never asks the strategy about a locked pair."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime

from freqtrade.persistence import PairLocks

from hhq.guards.lock_causes import Guard, LockCause, lock_cause
from hhq_freqtrade.account.account import open_trades
from hhq_freqtrade.account.active_locks import blocking_lock
from hhq_freqtrade.analysis.pair_table import candle_before
from hhq_freqtrade.analysis.pair_tables import PairTables
from hhq_shared.guard_counts import PROTECTIONS, GuardCount

logger = logging.getLogger("hhq.guard")

_NAMES = (*(guard.value for guard in Guard), PROTECTIONS)


class LockRefusals:
    """Counts the accepted signals that a lock refuses, each for the lock that ends last, and tells it at the end.

    A signal of a coin that begins the candle in a trade, or with a waiting order, does not count: it would hardly be
    entered without the lock either.
    """

    def __init__(self, tables: PairTables) -> None:
        self._tables = tables
        self._refused: Counter[str] = Counter()
        self._told = False

    def look(self, now: datetime) -> None:
        """Count the signals on which Freqtrade is about to act. The guards of this candle have run."""
        number = candle_before(now)
        accepted = self._tables.ranking.accepted_at(number)
        if not accepted:
            return
        taken = {trade.pair for trade in open_trades()}
        for pair in accepted:
            found = self._tables.at(pair, number)
            if pair in taken or found is None:
                continue
            table, row = found
            lock = blocking_lock(pair, "short" if table.accepted_side(row) < 0 else "long", now)
            if lock is not None:
                self._refused[_name(lock.cause)] += 1

    def tell(self) -> None:
        """Log a line a guard, once; all locks of the backtest must be in Freqtrade's list.

        What is locked in the last candle, in which nothing is entered, comes too late to count.
        """
        if self._told:
            return
        self._told = True
        locks = Counter(_name(lock_cause(lock.reason)) for lock in PairLocks.get_all_locks())
        for name in _NAMES:
            if locks[name]:
                logger.info("%s", GuardCount(name, locks[name], self._refused[name]).line)


def _name(cause: LockCause | None) -> str:
    return PROTECTIONS if cause is None else cause.guard.value
