"""The real backtester and the real dry-run bot on the same recorded coins, with the same settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import time_machine
from freqtrade.configuration import Configuration, setup_utils_configuration
from freqtrade.enums import RunMode
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade, PairLocks, Trade
from freqtrade.persistence.usedb_context import enable_database_use

from companion.bot.configuration import layer, replay_exchange
from companion.ground.layout import ROOT
from companion.offline.data_folder import DataFolder
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import Market, load_market
from tests.parity.agreement import Lock, TradeRecord
from tests.parity.entry_tries import EntryTries
from tests.parity.node_book import NodePrices
from tests.replay.server import RunningExchange

STRATEGIES = ROOT / "user_data" / "strategies"
NOT_LIMITED = 10**9
# One confirmation: the stop that rests is the stop. One fee: a backtest knows no other. The random regime is traded
# too, for more entries in less time.
SETTINGS = """
[exits.confirmation]
evaluations = 1
seconds = 0
[signal.regime]
random_without_book = true
random_without_book_factor = 1.0
"""
FEE = 0.0005


@dataclass(frozen=True)
class Coins:
    """Some coins of a data folder in a folder of their own, and the market that is made of them."""

    path: Path
    pairs: tuple[str, ...]
    market: Market

    @classmethod
    def chosen(cls, source: DataFolder, pairs: tuple[str, ...], path: Path) -> Coins:
        """Link the coins' files into `path`."""
        (path / "futures").mkdir(parents=True)
        for pair in pairs:
            stem = pair.replace("/", "_").replace(":", "_")
            for file in (source.path / "futures").glob(f"{stem}-*.feather"):
                (path / "futures" / file.name).symlink_to(file.resolve())
        return cls(path, pairs, load_market(path, source.exchange_info(source.span()[1])))


@dataclass(frozen=True)
class BacktestRun:
    """What the backtester did: every trade that it entered, every lock, every attempted entry."""

    trades: list[TradeRecord]
    locks: list[Lock]
    tries: EntryTries


class BothRuns:
    """Configurations of both runs in one folder."""

    def __init__(self, coins: Coins, folder: Path) -> None:
        self.coins = coins
        self.folder = folder
        self.user_data = folder / "user_data"
        for name in ("data", "backtest_results", "hyperopt_results", "logs"):
            (self.user_data / name).mkdir(parents=True, exist_ok=True)
        (folder / "config").mkdir(exist_ok=True)
        (folder / "config" / "hhq.toml").write_text(SETTINGS, encoding="utf-8")

    def backtest(self, begin: datetime, end: datetime) -> BacktestRun:
        """Run the backtester."""
        clock = ManualClock(self.coins.market.end - 60_000)
        with RunningExchange(self.coins.market, clock, AppOptions(weight_limit=NOT_LIMITED)) as exchange:
            arguments = self._arguments(exchange.port, "backtest", {})
            timerange = f"{int(begin.timestamp())}-{int(end.timestamp())}"
            arguments |= {"enable_protections": True, "timerange": timerange, "backtest_cache": "none"}
            config = setup_utils_configuration(arguments, RunMode.BACKTEST)
            config["export"] = "none"
            backtesting = Backtesting(config)
            data, span = backtesting.load_bt_data()
            strategy: Any = backtesting.strategylist[0]
            tries = EntryTries(strategy)
            backtesting.backtest_one_strategy(strategy, data, span)
            assert not strategy.failures, strategy.failures
        trades = [TradeRecord.of(trade) for trade in (*LocalTrade.bt_trades, *LocalTrade.bt_trades_open)]
        return BacktestRun(trades, [Lock.of(lock) for lock in PairLocks.get_all_locks()], tries)

    @contextmanager
    def bot(self, at: datetime) -> Iterator[Bot]:
        """A dry-run bot whose clock is set to `at`."""
        served, prices = ManualClock(_milliseconds(at)), NodePrices()
        options = AppOptions(weight_limit=NOT_LIMITED, middleware=[prices.middleware()])
        with (
            RunningExchange(self.coins.market, served, options) as exchange,
            time_machine.travel(at, tick=False) as clock,
        ):
            # The preceding backtest has told Freqtrade to do without a database.
            enable_database_use()
            # Freqtrade's logging of every loop takes longer than the loop.
            logging.disable(logging.INFO)
            extra = {
                "db_url": f"sqlite:///{self.folder / 'bot.sqlite'}",
                "api_server": {"enabled": False, "username": "tester", "password": "tester"},
                "dry_run_wallet": 10_000,
            }
            arguments = self._arguments(exchange.port, "dry-run", extra)
            config = Configuration(arguments, RunMode.DRY_RUN).get_config()
            freqtrade = FreqtradeBot(config)
            try:
                freqtrade.startup()
                yield Bot(freqtrade, clock, served, prices)
            finally:
                logging.disable(logging.NOTSET)
                freqtrade.exchange.close()
                Trade.session.remove()

    def _arguments(self, port: int, mode: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        path = self.folder / f"{mode}.json"
        content: dict[str, Any] = {**replay_exchange(port, list(self.coins.pairs)), "fee": FEE, **extra}
        # A late answer of a busy machine is no difference between the two.
        content["exchange"]["ccxt_config"]["timeout"] = 300_000
        path.write_text(json.dumps(content), encoding="utf-8")
        return {
            "config": [str(layer("base")), str(layer(mode)), str(path)],
            "strategy": "HHQStrategy",
            "strategy_path": str(STRATEGIES),
            "user_data_dir": str(self.user_data),
            "datadir": str(self.coins.path),
        }


class Bot:
    """A dry-run bot, one loop at a time."""

    def __init__(self, freqtrade: FreqtradeBot, clock: Any, served: ManualClock, prices: NodePrices) -> None:
        self.freqtrade = freqtrade
        self.strategy: Any = freqtrade.strategy
        self.prices = prices
        self.loops = 0
        self._clock = clock
        self._served = served

    def loop(self, at: datetime) -> None:
        """Move both clocks and run one loop."""
        self._served.set(_milliseconds(at))
        self._clock.move_to(at, tick=False)
        self.freqtrade.process()
        self.loops += 1


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
