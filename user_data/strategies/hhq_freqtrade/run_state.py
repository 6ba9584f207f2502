"""State of one run of the bot or of a backtest, shared by what answers its callbacks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.persistence import KeyValueStore, LocalTrade
from freqtrade.wallets import Wallets

from hhq.arrays import BoolArray
from hhq.settings import HHQSettings
from hhq_freqtrade.account.account import Account, open_trades
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.ended_locks import EndedLocks
from hhq_freqtrade.account.guard_desk import GuardDesk
from hhq_freqtrade.account.state_file import StateFile, state_path
from hhq_freqtrade.account.stored import StoredAccount, store_account, stored_account
from hhq_freqtrade.analysis.exchange_facts import PairFacts
from hhq_freqtrade.analysis.pair_table import RAW, PairTable
from hhq_freqtrade.entry.desk import candle_before
from hhq_freqtrade.entry.ranking import SignalRanking
from hhq_freqtrade.entry.waiting_signals import WaitingSignals
from hhq_freqtrade.position.book import PositionBook
from hhq_freqtrade.position.kill_switch_orders import events_since
from hhq_shared.bot_configuration import requests_path
from hhq_shared.request_file import RequestReader

logger = logging.getLogger("hhq.guard")

_ROWS_NEEDED_LIVE = 12


class RunState:
    """Tables, ranking, positions, guards and account of one run.

    ``live`` is a running bot, dry or not. ``last_price`` the last price seen of each pair with an open trade;
    ``guards_answered`` whether the guards could be asked in this loop: without them nothing is entered.
    """

    def __init__(
        self, config: dict[str, Any], settings: HHQSettings, live: bool, facts: Callable[[str], PairFacts]
    ) -> None:
        self.config = config
        self.settings = settings
        self.live = live
        self.facts = facts
        self.wallets: Wallets | None = None
        self.now: datetime | None = None
        self.guards_answered = False
        self.tables: dict[str, PairTable] = {}
        self.last_price: dict[str, float] = {}
        self.ranking = SignalRanking()
        self.closed = ClosedTrades()
        self.guards = GuardDesk(settings.guards)
        self._ended_locks = EndedLocks()
        self._last_candle = 0
        database = str(config.get("db_url", ""))
        self.file = StateFile(state_path(Path(config["user_data_dir"]), database) if live else None)
        self._requests = RequestReader(requests_path(config) if live else None)
        self.waiting = WaitingSignals(self.file, live)
        self.book = PositionBook(settings, live, config.get("margin_mode") == "cross", self.waiting)
        self._account: Account | None = None
        self._trades_of_run: list[LocalTrade] | None = None
        self._forget: list[Callable[[], None]] = []

    def on_start_over(self, forget: Callable[[], None]) -> None:
        """Register what else has to be forgotten when a backtest begins again."""
        self._forget.append(forget)

    def apply(self, settings: HHQSettings) -> None:
        """Take changed settings; the levels of open positions stay as they are."""
        self.settings = settings
        self.guards.settings = settings.guards
        self.book.apply(settings)

    def take(self, table: PairTable, accepted: BoolArray) -> None:
        """Take a pair's candles and decisions."""
        self.ranking.record(table.pair, table.numbers, accepted, table.decision[RAW])
        self.tables[table.pair] = table.newest(_ROWS_NEEDED_LIVE) if self.live else table

    def drop(self, pair: str) -> None:
        """Forget a pair whose candles could not be analysed: what is old must not be entered."""
        self.tables.pop(pair, None)
        self.ranking.forget(pair)

    def begin_loop(self, now: datetime) -> None:
        """Read what has closed, observe the equity, ask the guards."""
        self.guards_answered = False
        if self.live:
            if self.now is None:
                self._restore(now)
        elif self._trades_of_run is not LocalTrade.bt_trades:
            self._start_over()
        self.now = now
        if not self.live:
            self._keep_locks_few(now)
        for request in self._requests.changed():
            self.guards.answer(request, now)
        fresh = self.closed.fresh()
        self.guards.closed((trade.pair for trade in fresh), self.closed, now)
        equity = self.equity(now, open_trades())
        self.account.observe(now, equity)
        self.guards.step(now, equity, self.closed)
        self.store_account()
        self.guards_answered = True

    def store_account(self) -> None:
        """Store what of the account has to survive a restart."""
        if self.live and self._account is not None:
            guards = self.guards
            account = StoredAccount(self.account.peak, guards.daily, guards.kill_events, guards.forgotten)
            store_account(self.file, account)

    def _restore(self, now: datetime) -> None:
        """Take over what the last run with this database has stored."""
        born = KeyValueStore.get_datetime_value("bot_start_time")
        if born is not None and self.file.begin_anew(born.isoformat()):
            logger.info("STATE_FILE: the database is another one, its account starts anew")
        stored = stored_account(self.file)
        # Fills that were reported while the bot started have been noted already.
        self.guards.forgotten = stored.forgotten
        events = dict.fromkeys((*stored.kill_events, *self.guards.kill_events))
        self.guards.kill_events, self.guards.daily = tuple(events), stored.daily
        self.account.peak = stored.peak
        self.guards.restore(now)
        memory = self.settings.guards.kill_switch_memory
        for event in events_since(now, memory.penalty_days):
            if event not in self.guards.kill_events:
                self.guards.kill_switch(event, now)

    def _start_over(self) -> None:
        """A backtest begins (again, in the next epoch of a hyperopt): nothing of the last run may remain."""
        self._trades_of_run = LocalTrade.bt_trades
        self.closed.clear()
        self.book.clear()
        self.waiting.clear()
        self._ended_locks.clear()
        self._last_candle = max((int(table.numbers[-1]) for table in self.tables.values()), default=0)
        self.guards = GuardDesk(self.settings.guards)
        self._account = None
        for forget in self._forget:
            forget()

    def _keep_locks_few(self, now: datetime) -> None:
        if candle_before(now) + 1 < self._last_candle:
            self._ended_locks.take_out(now)
        else:
            self._ended_locks.put_back()

    @property
    def account(self) -> Account:
        """The account; there as soon as Freqtrade has made the wallets."""
        if self._account is None:
            if self.wallets is None:
                raise RuntimeError("the account was asked before Freqtrade's wallets were there")
            self._account = Account(
                self.wallets,
                self.config["stake_currency"],
                self.settings.sizing.peak_days,
                booked=self.config.get("runmode") == RunMode.LIVE,
            )
        return self._account

    def equity(self, now: datetime, trades: list[LocalTrade]) -> float:
        """Return wallet + unrealised profit at ``now``, in USDT."""
        return self.account.equity(lambda trade: self.rate(trade, now), trades)

    def rate(self, trade: LocalTrade, now: datetime) -> float:
        """Return the last price of an open trade: its last tick live, the open of this candle in a backtest.

        Where there is none (the first loop after a start, a hole in the data) it is the last close, or the entry.
        """
        table = self.tables.get(trade.pair)
        if self.live:
            seen = self.last_price.get(trade.pair)
            if seen is not None:
                return seen
            return float(table.prices[3, -1]) if table else float(trade.open_rate)
        row = table.row_of(candle_before(now) + 1) if table else None
        return float(table.prices[0, row]) if table and row is not None else float(trade.open_rate)
