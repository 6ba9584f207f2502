"""HHQStrategy against Freqtrade's own sample strategy, inside the real Freqtrade."""

from __future__ import annotations

import logging
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import freqtrade.templates
import pandas as pd
from freqtrade.configuration import Configuration
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import RunMode
from freqtrade.exchange import Exchange
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import init_db
from freqtrade.plugins.pairlistmanager import PairListManager
from freqtrade.resolvers import ExchangeResolver, StrategyResolver
from freqtrade.strategy import IStrategy
from freqtrade.wallets import Wallets

from bench.market import long_folder
from bench.measure import Result, faster, seconds, side_by_side
from companion.bot import configuration
from companion.ground import processes
from companion.ground.layout import STRATEGIES, USER_DATA
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import DataFolder
from hhq.panel import CANDLE_MS

_CANDLES = 1_000
_STARTUP = 1_500
_BACKTEST = "20250108-20250128"
_BACKTEST_ROWS = 20 * 288
OURS = "HHQStrategy"
_THEIRS, _PLAIN, _EMPTY = "SampleStrategy", "PlainCallbacks", "NoColumns"
_REPETITIONS = 40


def analyze_pair() -> Result:
    """`analyze_ticker` of one pair with 1,000 candles, as a running bot calls it: each time with one candle more."""
    return _analysed("analyze_pair", [slice(begin, begin + _CANDLES) for begin in range(_REPETITIONS + 1)])


def analyze_pair_first() -> Result:
    """The same with no candle in common with the call before: the first look at a pair."""
    turns = (slice(-_CANDLES, None), slice(0, _CANDLES))
    return _analysed("analyze_pair_first", [turns[number % 2] for number in range(_REPETITIONS + 1)])


def _analysed(name: str, stretches: list[slice]) -> Result:
    """Let both strategies analyse the stretches of candles in turn, and one that adds nothing, as the floor."""
    with exchange_of(long_folder()) as base:
        pair = "SOL/USDT:USDT" if "SOL/USDT:USDT" in long_folder().pairs else long_folder().pairs[2]
        init_db("sqlite://")
        config = _config(base, OURS, RunMode.DRY_RUN)
        exchange = ExchangeResolver.load_exchange(config)
        ours, theirs, empty = (
            _running(_config(base, strategy, RunMode.DRY_RUN), exchange)
            for strategy in (OURS, _THEIRS, _EMPTY)
        )
        candles = ours.dp.ohlcv(pair, "5m")
        frames = [candles[stretch].reset_index(drop=True) for stretch in stretches]

        def analyses(strategy: IStrategy) -> Callable[[], object]:
            waiting = iter(frames)
            return lambda: strategy.analyze_ticker(next(waiting).copy(), {"pair": pair})

        measured = side_by_side(analyses(ours), analyses(theirs), len(frames) - 1)
        floor = side_by_side(analyses(empty), lambda: None, len(frames) - 1).ours
        exchange.close()
    peer = (
        f"SampleStrategy of Freqtrade in IStrategy.analyze_ticker, {_CANDLES:,} candles; ours at most 3 ms wanted; "
        f"a strategy without columns of its own takes {floor * 1e3:.2f} ms"
    )
    return faster(name, measured, 4.0, peer)


def backtest_rows() -> Result:
    """Candle rows per second of a backtest: indicators, signals and trades, without loading the data."""
    with exchange_of(long_folder()) as base:
        ours, theirs = _in_turns(Backtest(base, OURS), Backtest(base, _THEIRS))
    peer = f"SampleStrategy of Freqtrade (no callbacks, no protections), {_market_of_backtests()}"
    return Result("backtest_rows", ours, theirs, "rows/s", round(ours / theirs, 2), 1.0, peer)


def backtest_callbacks() -> Result:
    """The same against two plain callbacks that look up the data frame, on the same trades."""
    with exchange_of(long_folder()) as base:
        own = Backtest(base, OURS)
        own.seconds()
        given = [
            tuple(trade) for trade in own.trades()[["pair", "side", "open_date", "close_date"]].to_numpy()
        ]
        other = Backtest(base, _PLAIN, given_trades=given)
        ours, theirs = _in_turns(own, other)
        counts = [f"{run.trade_candles():,}" for run in (own, other)]
    peer = (
        f"custom_exit + custom_stoploss with get_analyzed_dataframe, same entries and exits "
        f"({counts[0]} and {counts[1]} candles of open trades), {_market_of_backtests()}"
    )
    return Result("backtest_callbacks", ours, theirs, "rows/s", round(ours / theirs, 2), 2.5, peer)


class Backtest:
    """A backtest of a strategy that can be repeated: its data are loaded once."""

    def __init__(self, base: dict[str, Any], name: str, timerange: str = _BACKTEST, **extra: Any) -> None:
        config = _config({**base, "timerange": timerange}, name, RunMode.BACKTEST)
        self._backtesting = Backtesting(config | extra)
        self._backtesting.progress.disabled = True
        self._data, self._timerange = self._backtesting.load_bt_data()
        self._name = name

    def seconds(self) -> float:
        """Run it; return the wall time."""
        strategy = self._backtesting.strategylist[0]
        return seconds(lambda: self._backtesting.backtest_one_strategy(strategy, self._data, self._timerange))

    def trades(self) -> pd.DataFrame:
        """Return the trades of the last run; ``side`` is long or short."""
        trades: pd.DataFrame = self._backtesting.all_bt_content[self._name]["results"]
        return trades.assign(side=trades["is_short"].map({True: "short", False: "long"}))

    def trade_candles(self) -> int:
        """Return how many candles the trades of the last run were open, in total."""
        trades = self.trades()
        open_seconds = float((trades["close_date"] - trades["open_date"]).dt.total_seconds().sum())
        return round(open_seconds * 1000.0 / CANDLE_MS)


def _in_turns(ours: Backtest, theirs: Backtest) -> tuple[int, int]:
    """Return the candle rows per second of both: medians of three alternating runs."""
    rows = _BACKTEST_ROWS * len(long_folder().pairs)
    own, other = zip(*((ours.seconds(), theirs.seconds()) for _ in range(3)), strict=True)
    return round(rows / statistics.median(own)), round(rows / statistics.median(other))


def _market_of_backtests() -> str:
    return f"{len(long_folder().pairs)} coins × 20 days, generated market"


@contextmanager
def exchange_of(folder: DataFolder, pairs: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """A replay exchange of the market, and the configuration that points to it; `pairs`: only these coins."""
    logging.disable(logging.WARNING)
    port = any_free()
    begin, end = folder.span()
    with tempfile.TemporaryDirectory() as text, processes.ending_with_us() as children:
        scratch = Path(text)
        strategies = scratch / "strategies"
        shutil.copytree(STRATEGIES, strategies, ignore=shutil.ignore_patterns("__pycache__"))
        sample = Path(freqtrade.templates.__file__).parent / "sample_strategy.py"
        for strategy in (sample, *(Path(__file__).parent / "strategies").glob("*.py")):
            shutil.copy(strategy, strategies)
        options = replay_process.ReplayOptions(folder.path, port, begin + (end - begin) / 2)
        exchange = children.add(lambda: replay_process.start(options, scratch / "replay.log"))
        replay_process.wait_until_ready(exchange, port)
        generated = configuration.write_layer(
            scratch / "config.json",
            configuration.replay_exchange(port, folder.pairs if pairs is None else pairs),
        )
        yield {
            "config": [
                str(configuration.layer("base")),
                str(configuration.layer("backtest")),
                str(generated),
            ],
            "user_data_dir": str(USER_DATA),
            "strategy_path": str(strategies),
            "datadir": str(folder.path),
        }
    logging.disable(logging.NOTSET)


def _config(base: dict[str, Any], strategy: str, mode: RunMode) -> dict[str, Any]:
    arguments = {**base, "strategy": strategy}
    if mode is RunMode.BACKTEST:
        arguments |= {
            "enable_protections": strategy == OURS,
            "backtest_cache": "none",
            "export": "none",
        }
    config: dict[str, Any] = Configuration(arguments, mode).get_config()
    # What the strategy requires and the exchange reads: a bot sets it before it connects.
    config["startup_candle_count"] = _STARTUP
    return config


def _running(config: dict[str, Any], exchange: Exchange) -> IStrategy:
    """The strategy as in a running bot, with the candles that it needs."""
    strategy = StrategyResolver.load_strategy(config)
    pairs = PairListManager(exchange, config)
    strategy.dp = DataProvider(config, exchange, pairs)
    strategy.wallets = Wallets(config, exchange)
    pairs.refresh_pairlist()
    strategy.dp.refresh(pairs.create_pair_list(pairs.whitelist), strategy.gather_informative_pairs())
    strategy.ft_bot_start()
    return strategy
