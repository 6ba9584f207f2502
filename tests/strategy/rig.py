"""Freqtrade's own objects around the strategy: a backtest and a dry-run bot on the replayed market."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import time_machine
from freqtrade.configuration import Configuration, setup_utils_configuration
from freqtrade.enums import RunMode
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import Trade
from freqtrade.persistence.usedb_context import enable_database_use

from companion.bot.configuration import layer, replay_exchange
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.embedded.specification import MarketSpecification
from companion.replay.market import Market
from tests.replay.server import RunningExchange

MARKET = MarketSpecification(coins=10, days=11, seed=3)
BASES = ("BTC", "ETH", "SOL", "XRP", "SUI", "HYPE", "PUMP", "PENGU")
PAIRS = tuple(f"{base}/USDT:USDT" for base in BASES)
SIGNAL_AT = datetime(2025, 1, 8, 6, 20, 30, tzinfo=UTC)
"""Half a minute after a candle with one accepted signal, a LONG, whose order fills ten minutes later."""
SIGNAL_PAIR = "HYPE/USDT:USDT"
NO_API = {"enabled": False, "username": "tester", "password": "tester"}
NO_LIMIT = AppOptions(weight_limit=10**9)
ROOT = Path(__file__).parents[2]
STRATEGIES = ROOT / "user_data" / "strategies"


@dataclass(frozen=True)
class Backtest:
    """A backtest that has run: its trades, its locks, and the objects that made them."""

    results: pd.DataFrame
    locks: list[Any]
    backtesting: Any
    strategy: Any

    def summary(self) -> pd.DataFrame:
        """What two equal runs have in common."""
        return self.results[
            ["pair", "is_short", "open_date", "close_date", "leverage", "profit_abs", "exit_reason"]
        ]


class Rig:
    """Configurations for the running exchange, in a folder of its own."""

    def __init__(self, exchange: RunningExchange, market: Market, data: Path, folder: Path) -> None:
        self.port = exchange.port
        self.market = market
        self.data = data
        self.pairs = PAIRS
        self._opened: list[Any] = []
        self.folder = folder
        self.user_data = folder / "user_data"
        for name in ("data", "backtest_results", "hyperopt_results", "logs"):
            (self.user_data / name).mkdir(parents=True, exist_ok=True)

    @property
    def hhq_files(self) -> dict[str, str]:
        """Overlay, requests and evidence of this rig alone."""
        return {name: str(self.folder / f"{name}.file") for name in ("overlay", "requests", "evidence")}

    def layer(self, extra: Mapping[str, Any]) -> Path:
        """Write the last layer of a configuration."""
        exchange_part = replay_exchange(self.port, list(self.pairs))
        content = {**exchange_part, "hhq": self.hhq_files, **extra}
        path = self.folder / "last-layer.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def arguments(self, mode: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        """Command line arguments as Freqtrade has parsed them."""
        return {
            "config": [str(layer("base")), str(layer(mode)), str(self.layer(extra))],
            "strategy": "HHQStrategy",
            "strategy_path": str(STRATEGIES),
            "user_data_dir": str(self.user_data),
            "datadir": str(self.data),
        }

    def backtesting(
        self, timerange: str = "20250107-20250109", other: Path | None = None, **extra: Any
    ) -> Any:
        """Freqtrade's backtester with our strategy, or with the one in the file ``other``."""
        arguments = self.arguments("backtest", extra)
        if other is not None:
            arguments |= {"strategy": other.stem, "strategy_path": str(other.parent)}
        arguments |= {"enable_protections": True, "timerange": timerange, "backtest_cache": "none"}
        config = setup_utils_configuration(arguments, RunMode.BACKTEST)
        config["export"] = "none"
        backtesting = Backtesting(config)
        self._opened.append(backtesting)
        return backtesting

    def close(self) -> None:
        """Close what the backtesters have opened."""
        for backtesting in self._opened:
            backtesting.cleanup()
            backtesting.exchange.close()

    def backtest(self, timerange: str = "20250107-20250109", **extra: Any) -> Backtest:
        """Run a backtest to its end."""
        return finished(self.backtesting(timerange, **extra))

    @contextmanager
    def bot(
        self, at: datetime, database: str = "bot.sqlite", other: Path | None = None, **extra: Any
    ) -> Iterator[Bot]:
        """A dry-run bot whose clock is set to ``at``, with our strategy or with the one in the file ``other``."""
        served = ManualClock(_milliseconds(at))
        with RunningExchange(self.market, served, NO_LIMIT) as exchange:
            self.port = exchange.port
            with time_machine.travel(at, tick=False) as clock:
                given = {"db_url": f"sqlite:///{self.folder / database}", "api_server": NO_API, **extra}
                # An earlier backtest has told Freqtrade to do without a database.
                enable_database_use()
                arguments = self.arguments("dry-run", given)
                if other is not None:
                    arguments |= {"strategy": other.stem, "strategy_path": str(other.parent)}
                config = Configuration(arguments, RunMode.DRY_RUN).get_config()
                freqtrade = FreqtradeBot(config)
                try:
                    freqtrade.startup()
                    yield Bot(freqtrade, clock, served, exchange)
                finally:
                    freqtrade.exchange.close()
                    Trade.session.remove()


def finished(backtesting: Any) -> Backtest:
    """Run a backtester's first strategy."""
    data, timerange = backtesting.load_bt_data()
    strategy = backtesting.strategylist[0]
    backtesting.backtest_one_strategy(strategy, data, timerange)
    (content,) = backtesting.all_bt_content.values()
    return Backtest(content["results"], list(content["locks"]), backtesting, strategy)


class Bot:
    """A dry-run bot, one loop at a time."""

    def __init__(
        self, freqtrade: FreqtradeBot, clock: Any, served: ManualClock, exchange: RunningExchange
    ) -> None:
        self.freqtrade = freqtrade
        self.exchange = exchange.exchange
        self._served = served
        self.strategy: Any = freqtrade.strategy
        self._clock = clock

    @property
    def now(self) -> datetime:
        """The bot's time."""
        return datetime.now(UTC)

    def loop(self, after: timedelta = timedelta(seconds=3)) -> None:
        """Move both clocks and run one loop."""
        at = self.now + after
        self._served.set(_milliseconds(at))
        self._clock.move_to(at, tick=False)
        self.freqtrade.process()

    def until(
        self, happened: Callable[[], bool], after: timedelta = timedelta(seconds=75), loops: int = 400
    ) -> None:
        """Run loops until something has happened."""
        for _ in range(loops):
            if happened():
                return
            self.loop(after)
        raise AssertionError(f"it has not happened until {self.now}")

    @staticmethod
    def trades() -> list[Trade]:
        """All open trades."""
        return list(Trade.get_open_trades())


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
