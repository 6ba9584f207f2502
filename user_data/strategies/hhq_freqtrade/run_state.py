"""State of one run of the bot or of a backtest, shared by what answers its callbacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from freqtrade.persistence import LocalTrade
from freqtrade.wallets import Wallets

from hhq.arrays import BoolArray
from hhq.equity import EquityPeak
from hhq.settings import HHQSettings
from hhq_freqtrade.account import Account, open_trades
from hhq_freqtrade.closed_trades import ClosedTrades
from hhq_freqtrade.entry_desk import EntryPlan, candle_before
from hhq_freqtrade.exchange_facts import PairFacts
from hhq_freqtrade.guard_desk import GuardDesk
from hhq_freqtrade.pair_table import RAW, PairTable
from hhq_freqtrade.position_book import PositionBook
from hhq_freqtrade.ranking import SignalRanking
from hhq_freqtrade.state_file import StateFile
from hhq_freqtrade.stored import store_account, stored_account


class RunState:
    """Tables, ranking, positions, guards and account of one run.

    ``live`` is a running bot, dry or not. ``pending`` holds the plans whose orders wait for their first fill;
    ``last_price`` the last price seen of each pair with an open trade.
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
        self.tables: dict[str, PairTable] = {}
        self.pending: dict[str, EntryPlan] = {}
        self.last_price: dict[str, float] = {}
        self.ranking = SignalRanking()
        self.closed = ClosedTrades()
        self.guards = GuardDesk(settings.guards)
        self.book = PositionBook(settings, live, config.get("margin_mode") == "cross")
        self.file = StateFile(state_path(config) if live else None)
        self._account: Account | None = None
        self._stored_peak = EquityPeak()
        self._forget: list[Callable[[], None]] = []

    def on_start_over(self, forget: Callable[[], None]) -> None:
        """Register what else has to be forgotten when a backtest begins again."""
        self._forget.append(forget)

    def apply(self, settings: HHQSettings) -> None:
        """Take changed settings; the levels of open positions stay as they are."""
        self.settings = settings
        self.guards.settings = settings.guards
        self.book.apply(settings)

    def restore(self) -> None:
        """Take over what the last run has stored."""
        stored = stored_account(self.file)
        self.guards.kill_events, self.guards.daily = stored.kill_events, stored.daily
        self._stored_peak = stored.peak

    def take(self, table: PairTable, accepted: BoolArray) -> None:
        """Take a pair's candles and decisions."""
        self.tables[table.pair] = table
        self.ranking.record(table.pair, table.numbers, accepted, table.decision[RAW])

    def begin_loop(self, now: datetime) -> None:
        """Read what has closed, observe the equity, ask the guards."""
        if self.now is not None and now < self.now:
            self._start_over()
        elif self.now is None and self.live:
            self.guards.restore(now)
        self.now = now
        self.guards.closed(self.closed.fresh(), now)
        equity = self.equity(now, open_trades())
        self.account.observe(now, equity)
        self.guards.step(now, equity)
        if self.live:
            store_account(self.file, self.account.peak, self.guards.daily, self.guards.kill_events)

    def _start_over(self) -> None:
        """A backtest begins again (the next epoch of a hyperopt): nothing of the last run may remain."""
        self.closed.clear()
        self.book.clear()
        self.pending.clear()
        self.guards = GuardDesk(self.settings.guards)
        self._account = None
        for forget in self._forget:
            forget()

    @property
    def account(self) -> Account:
        """The account; there as soon as Freqtrade has made the wallets."""
        if self._account is None:
            if self.wallets is None:
                raise RuntimeError("the account was asked before Freqtrade's wallets were there")
            self._account = Account(
                self.wallets, self.config["stake_currency"], self.settings.sizing.peak_days
            )
            self._account.peak = self._stored_peak
        return self._account

    def equity(self, now: datetime, trades: list[LocalTrade]) -> float:
        """Return wallet + unrealised profit at ``now``, in USDT."""
        return self.account.equity(lambda trade: self.rate(trade, now), trades)

    def rate(self, trade: LocalTrade, now: datetime) -> float:
        """Return the last price of an open trade: its last tick live, the open of this candle in a backtest."""
        if self.live:
            return self.last_price.get(trade.pair, float(trade.open_rate))
        table = self.tables.get(trade.pair)
        row = table.row_of(candle_before(now) + 1) if table else None
        return float(table.prices[0, row]) if table and row is not None else float(trade.open_rate)


def state_path(config: dict[str, Any]) -> Path:
    """Return the file of what survives a restart, named as Freqtrade's database is."""
    name = str(config.get("db_url", "")).rsplit("/", 1)[-1].removesuffix(".sqlite") or "memory"
    return Path(config["user_data_dir"]) / "hhq" / f"{name}.json"
