"""What happens to the account at the start of every loop, before anything is entered."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from freqtrade.persistence import KeyValueStore

from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq_freqtrade.account.account import Account
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.ended_locks import EndedLocks
from hhq_freqtrade.account.guard_locks import GuardLocks
from hhq_freqtrade.account.kill_switch_orders import events_since
from hhq_freqtrade.account.lock_refusals import LockRefusals
from hhq_freqtrade.account.state_file import StateFile
from hhq_freqtrade.account.stored import StoredAccount, store_account, stored_account
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.pair_table import candle_before
from hhq_shared.bot_configuration import requests_path
from hhq_shared.request_file import RequestReader

logger = logging.getLogger("hhq.guard")


class AccountLoop:
    """Reads closed trades, observes the equity, runs the guards, and stores what has to survive a restart.

    ``now`` is the start of this loop, None before the first one. ``guards_answered``: the guards ran in this loop
    without an error; otherwise nothing is entered.
    """

    def __init__(
        self, context: BotContext, account: Account, closed: ClosedTrades, guards: GuardLocks, file: StateFile
    ) -> None:
        self.now: datetime | None = None
        self.guards_answered = False
        self.account = account
        self.guards = guards
        self._settings = context.settings
        self._tables = context.tables
        self._live = context.live
        self._closed = closed
        self._file = file
        self._requests = RequestReader(requests_path(context.config) if context.live else None)
        self._ended_locks = EndedLocks()
        self._lock_refusals = LockRefusals(context.tables)
        self._last_candle = 0

    def begin(self, now: datetime) -> None:
        """Begin the loop at ``now``."""
        self.guards_answered = False
        if self.now is None:
            self._begin_run(now)
        self.now = now
        if not self._live:
            self._keep_locks_few(now)
        for request in self._requests.changed():
            self.guards.answer(request, now)
        self.guards.trades_closed((trade.pair for trade in self._closed.read_further()), now)
        self.guards.step(now, self.account.observe(now))
        self.store()
        self.guards_answered = True
        if not self._live:
            self._count_refusals(now)

    def kill_switch_acted(self, event: KillSwitchEvent, now: datetime) -> None:
        """Remember an event of the kill switch, and store it in the state file."""
        self.guards.kill_switch(event, max(now, datetime.fromtimestamp(event.time, UTC)))
        self.store()

    def store(self) -> None:
        """Store what must survive a restart; nothing is written before the state of the last run has been restored."""
        if self._live and self.now is not None:
            own, guards = self.account, self.guards
            account = StoredAccount(
                own.peak, own.transfers, guards.daily, guards.kill_events, guards.forgotten
            )
            store_account(self._file, account)

    def _begin_run(self, now: datetime) -> None:
        if self._live:
            self._restore(now)
        else:
            self._last_candle = self._tables.last_candle()

    def _restore(self, now: datetime) -> None:
        """Restore what the last run with this database stored."""
        born = KeyValueStore.get_datetime_value("bot_start_time")
        if born is not None and self._file.begin_anew(born.isoformat()):
            logger.info("STATE_FILE: the database is another one, its account starts anew")
        stored = stored_account(self._file)
        self.account.restore(stored.peak, stored.transfers)
        self.guards.restore(stored, now)
        penalty_days = self._settings.current.guards.kill_switch_memory.penalty_days
        self.guards.catch_up(events_since(now, penalty_days), now)

    def _keep_locks_few(self, now: datetime) -> None:
        if self._is_last(now):
            self._ended_locks.put_back()
        else:
            self._ended_locks.take_out(now)

    def _count_refusals(self, now: datetime) -> None:
        """Count what locks refuse; Freqtrade enters nothing in the last candle of a backtest."""
        if self._is_last(now):
            self._lock_refusals.tell()
        else:
            self._lock_refusals.look(now)

    def _is_last(self, now: datetime) -> bool:
        return candle_before(now) + 1 >= self._last_candle
