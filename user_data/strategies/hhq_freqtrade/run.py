"""One run of the strategy: its account, positions and entries, wired together once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from freqtrade.persistence import LocalTrade

from hhq_freqtrade.account.account import Account, open_trades
from hhq_freqtrade.account.account_loop import AccountLoop
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.disk_room import DiskRoom
from hhq_freqtrade.account.garbage import Garbage
from hhq_freqtrade.account.guard_locks import GuardLocks, report_rejection
from hhq_freqtrade.account.prices import LastPrices
from hhq_freqtrade.account.state_file import StateFile, state_path
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.signal_log import side_name
from hhq_freqtrade.attached import Attached
from hhq_freqtrade.entry.admission import Admission
from hhq_freqtrade.entry.answers import EntryAnswers
from hhq_freqtrade.entry.planner import EntryPlanner
from hhq_freqtrade.entry.refusals import RefusalLog
from hhq_freqtrade.entry.waiting_orders import WaitingOrders
from hhq_freqtrade.position.answers import PositionAnswers
from hhq_freqtrade.position.book import PositionBook
from hhq_freqtrade.position.deliveries import DeliveryWarnings
from hhq_freqtrade.position.fills import FilledOrders
from hhq_freqtrade.position.found_stops import found_stop, note_found_stops
from hhq_freqtrade.position.resting_stops import RestingStops
from hhq_freqtrade.position.waiting_signals import WaitingSignals


class Run:
    """Everything that a bot knows from its start to its end, or a backtest from its first candle to its last.

    Each backtest, and each epoch of a hyperopt, has a run of its own: nothing of the previous one can remain.
    """

    def __init__(self, context: BotContext, freqtrade: Attached) -> None:
        live = context.live
        self.file = StateFile(_state_path(context.config) if live else None)
        self.room = DiskRoom(self.file, lambda text: freqtrade.dp.send_msg(text))
        self.prices = LastPrices(context)
        self.closed = ClosedTrades()
        self.account = Account(context, freqtrade, self.prices, self.closed)
        self.guards = GuardLocks(context.settings, self.closed, live=live)
        self.loop = AccountLoop(context, self.account, self.closed, self.guards, self.file)
        waiting = WaitingSignals(self.file, live=live)
        self.book = PositionBook(context, waiting)
        self.rests = RestingStops(context.facts)
        self.positions = PositionAnswers(context, self.book, self.rests, self.prices)
        self.fills = FilledOrders(context, self.book, self.rests, self.loop, self.closed, self.prices)
        log = RefusalLog(live=live)
        planner = EntryPlanner(context, self.account, self.closed, self.guards)
        self._admission = Admission(context, planner, self.loop, self.room, waiting)
        self.entries = EntryAnswers(context, self.account, planner, self._admission, waiting, log)
        self.waiting_orders = WaitingOrders(context, waiting, log)
        self.deliveries = DeliveryWarnings(context)
        self._garbage = Garbage()
        self._contracts = context.contracts
        self._live = live
        self._trades: list[LocalTrade] | None = None

    def is_over(self) -> bool:
        """Return whether Freqtrade has started another backtest, which comes with a new list of trades."""
        return not self._live and self._trades is not None and self._trades is not LocalTrade.bt_trades

    def accepted(self, pair: str, side: int) -> None:
        """Take note of a fresh signal: if a lock or a want of slots keeps it from being entered, log that."""
        if self.loop.now is not None and not report_rejection(pair, side_name(side), self.loop.now):
            self._admission.report_full(pair, side)

    def begin(self) -> None:
        """Read what a running bot's database holds before Freqtrade's start-up changes stops in it."""
        if self._live:
            self.room.begin()
            self._contracts.keep_names()
            note_found_stops()
            for trade in open_trades():
                self.rests.note(trade, math.nan)

    def begin_loop(self, now: datetime) -> None:
        """Begin a loop of the bot, or a candle of the backtest."""
        if self._trades is None:
            self._trades = LocalTrade.bt_trades
        if self._live:
            self.room.look()
            self._contracts.keep_names()
            self.book.keep_only(open_trades())
            if not self.room.problem:
                self.book.attach_late(open_trades())
            self.deliveries.look(open_trades(), now)
            self._garbage.sweep(now)
        if self._live and self.loop.now is None:
            self._bring_found_stops_back()
        self.loop.begin(now)

    def _bring_found_stops_back(self) -> None:
        """Undo what Freqtrade's start-up did to stops that were found, before it puts them on the exchange."""
        for trade in open_trades():
            found = found_stop(trade)
            if trade.has_open_position and not math.isnan(found):
                self.rests.bring_back(trade, found)


def _state_path(config: Mapping[str, Any]) -> Path | None:
    return state_path(Path(config["user_data_dir"]), str(config.get("db_url", "")))
