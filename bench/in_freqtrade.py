"""HHQStrategy against Freqtrade's own sample strategy, inside the real Freqtrade."""

from __future__ import annotations

import logging
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import freqtrade.templates
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
from companion import processes, replay_process
from companion.bot import configuration
from companion.layout import STRATEGIES, USER_DATA
from companion.ports import any_free

_CANDLES = 1_000
_STARTUP = 1_500
_BACKTEST = "20250108-20250128"
_BACKTEST_ROWS = 20 * 288
_OURS, _THEIRS = "HHQStrategy", "SampleStrategy"


def analyze_pair() -> Result:
    """`analyze_ticker` of one pair with 1,000 candles, as a running bot calls it."""
    with _exchange() as base:
        pair = "SOL/USDT:USDT" if "SOL/USDT:USDT" in long_folder().pairs else long_folder().pairs[2]
        init_db("sqlite://")
        config = _config(base, _OURS, RunMode.DRY_RUN)
        exchange = ExchangeResolver.load_exchange(config)
        ours, theirs = (_running(_config(base, name, RunMode.DRY_RUN), exchange) for name in (_OURS, _THEIRS))
        frame = ours.dp.ohlcv(pair, "5m").tail(_CANDLES).reset_index(drop=True)
        measured = side_by_side(
            lambda: ours.analyze_ticker(frame.copy(), {"pair": pair}),
            lambda: theirs.analyze_ticker(frame.copy(), {"pair": pair}),
            40,
        )
        exchange.close()
    peer = f"SampleStrategy of Freqtrade in IStrategy.analyze_ticker, {_CANDLES:,} candles; ours at most 3 ms wanted"
    return faster("analyze_pair", measured, 4.0, peer)


def backtest_rows() -> Result:
    """Candle-rows a second of a backtest: indicators, signals and trades, without loading the data."""
    pairs = len(long_folder().pairs)
    with _exchange() as base:
        runs = {name: _backtest(base, name) for name in (_OURS, _THEIRS)}
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(3):
            for name, run in runs.items():
                taken[name].append(run())
    rows = _BACKTEST_ROWS * pairs
    ours, theirs = (rows / statistics.median(taken[name]) for name in (_OURS, _THEIRS))
    peer = f"SampleStrategy of Freqtrade (no callbacks, no protections), {pairs} coins × 20 days, generated market"
    return Result("backtest_rows", round(ours), round(theirs), "rows/s", round(ours / theirs, 2), 1.0, peer)


@contextmanager
def _exchange() -> Iterator[dict[str, Any]]:
    """A replay exchange of the market, and the configuration that points to it."""
    logging.disable(logging.WARNING)
    folder, port = long_folder(), any_free()
    begin, end = folder.span()
    with tempfile.TemporaryDirectory() as text, processes.ending_with_us() as children:
        scratch = Path(text)
        strategies = scratch / "strategies"
        shutil.copytree(STRATEGIES, strategies, ignore=shutil.ignore_patterns("__pycache__"))
        sample = Path(freqtrade.templates.__file__).parent / "sample_strategy.py"
        shutil.copy(sample, strategies / "sample_strategy.py")
        options = replay_process.ReplayOptions(folder.path, port, begin + (end - begin) / 2)
        exchange = children.add(lambda: replay_process.start(options, scratch / "replay.log"))
        replay_process.wait_until_ready(exchange, port)
        generated = configuration.write_layer(
            scratch / "config.json", configuration.replay_exchange(port, folder.pairs)
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
            "timerange": _BACKTEST,
            "enable_protections": strategy == _OURS,
            "backtest_cache": "none",
            "export": "none",
        }
    config: dict[str, Any] = Configuration(arguments, mode).get_config()
    # What the strategy asks for and the exchange reads: a bot sets it before it connects.
    config["startup_candle_count"] = _STARTUP
    return config


def _running(config: dict[str, Any], exchange: Exchange) -> IStrategy:
    """The strategy as in a running bot, with the candles that it wants."""
    strategy = StrategyResolver.load_strategy(config)
    pairs = PairListManager(exchange, config)
    strategy.dp = DataProvider(config, exchange, pairs)
    strategy.wallets = Wallets(config, exchange)
    pairs.refresh_pairlist()
    strategy.dp.refresh(pairs.create_pair_list(pairs.whitelist), strategy.gather_informative_pairs())
    strategy.ft_bot_start()
    return strategy


def _backtest(base: dict[str, Any], name: str) -> Any:
    backtesting = Backtesting(_config(base, name, RunMode.BACKTEST))
    backtesting.progress.disabled = True
    data, timerange = backtesting.load_bt_data()
    strategy = backtesting.strategylist[0]
    return lambda: seconds(lambda: backtesting.backtest_one_strategy(strategy, data, timerange))
