"""The strategy inside the real Freqtrade, as a backtest makes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.configuration import Configuration
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import ExchangeResolver, StrategyResolver

from companion.bot import configuration
from companion.ground.layout import STRATEGIES, USER_DATA


@contextmanager
def strategy_on(
    port: int, data: Path, pairs: tuple[str, ...], begin: datetime, end: datetime, folder: Path
) -> Iterator[Any]:
    """The strategy as `freqtrade backtesting` makes it: its configuration, its exchange, its data."""
    layer = configuration.write_layer(folder / "config.json", configuration.replay_exchange(port, pairs))
    layers = [configuration.layer("base"), configuration.layer("backtest"), layer]
    config = Configuration.from_files([str(path) for path in layers])
    config.update(
        runmode=RunMode.BACKTEST,
        datadir=data,
        user_data_dir=USER_DATA,
        strategy="HHQStrategy",
        strategy_path=str(STRATEGIES),
        timeframe="5m",
        candle_type_def=CandleType.FUTURES,
        startup_candle_count=1500,
        timerange=f"{begin:%Y%m%d}-{end:%Y%m%d}",
    )
    strategy = StrategyResolver.load_strategy(config)
    exchange = ExchangeResolver.load_exchange(config, load_leverage_tiers=True)
    strategy.dp = DataProvider(config, exchange, None)
    try:
        yield strategy
    finally:
        exchange.close()


def columns_of(strategy: Any, pair: str) -> pd.DataFrame:
    frame = strategy.dp.get_pair_dataframe(pair, "5m")
    indicators = strategy.populate_indicators(frame, {"pair": pair})
    decided: pd.DataFrame = strategy.populate_entry_trend(indicators, {"pair": pair})
    return decided
