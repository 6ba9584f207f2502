"""Decisions on candles in a data folder or in memory, the same as in the strategy's columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from companion.offline.candles import PRICES, load_panel, load_recorded
from companion.offline.data_folder import DataFolder, DataFolderError, NoCandlesError, utc
from hhq.arrays import BoolArray
from hhq.coins import BTC, ETH, CoinTable
from hhq.contracts import with_contracts
from hhq.decide import Decisions, decide
from hhq.features.block import compute_features
from hhq.features.catalogue import FeatureBlock
from hhq.market.series import MarketSeries, market_series
from hhq.panel import CANDLE_MS, WINDOW, Panel, RecordedRows
from hhq.settings import HHQSettings


@dataclass(frozen=True, slots=True)
class Decided:
    """Decided candles of one or more coins; `existing` bool (coins, bars): which of them really exist.

    `candles` are those that `decisions` are of, without the ones before that were needed to decide them. Digests are of
    `market_decisions`, which know nothing of contracts.
    """

    candles: Panel
    block: FeatureBlock
    market: MarketSeries
    coins: CoinTable
    decisions: Decisions
    existing: BoolArray
    market_decisions: Decisions


def bar_closing_at(moment: datetime) -> int:
    """Bar number of the 5m candle that closes at `moment`, which must be on the 5m grid."""
    return int(moment.timestamp() * 1000) // CANDLE_MS - 1


def closing_time(bar: int) -> datetime:
    """Close of the candle with that bar number."""
    return utc((bar + 1) * CANDLE_MS)


def decide_candle(folder: DataFolder, coins: CoinTable, moment: datetime, settings: HHQSettings) -> Decided:
    """Decide the candle of one pair (the one of `coins`) that closes at `moment`.

    Raises DataFolderError if the folder has no such candle.
    """
    (pair,) = coins.symbols
    panel, bar = load_panel(folder, [pair]), bar_closing_at(moment)
    column = bar - panel.first_bar
    if not 0 <= column < panel.bars or np.isnan(panel.close[0, column]):
        first, last = closing_time(panel.first_bar), closing_time(panel.first_bar + panel.bars - 1)
        raise DataFolderError(
            f"{pair} has no candle that closes at {moment:%Y-%m-%dT%H:%M} UTC in {folder.path}: its candles close "
            f"from {first:%Y-%m-%dT%H:%M} to {last:%Y-%m-%dT%H:%M}"
        )
    window = _columns(panel, max(column + 1 - WINDOW, 0), column + 1)
    market = load_market_series(folder, settings, bar)
    recorded = load_recorded(folder, window)
    return decide_panel(window, recorded, market, coins, settings, bar)


def decide_range(
    folder: DataFolder,
    coins: CoinTable,
    begin: datetime,
    end: datetime,
    settings: HHQSettings,
) -> Iterator[Decided]:
    """Decide all candles of `coins` that open in [begin, end), coin by coin; coins without any are skipped."""
    first = bar_closing_at(begin) + 1
    warm_up = utc((first + 1 - WINDOW) * CANDLE_MS)
    panel = load_panel(folder, coins.symbols, warm_up, end)
    market = load_market_series(folder, settings, first)
    for row in range(panel.coins):
        own = np.flatnonzero(~np.isnan(panel.close[row]))
        if not own.size or panel.first_bar + int(own[-1]) < first:
            continue
        coin = _columns(panel, int(own[0]), int(own[-1]) + 1, row)
        recorded = load_recorded(folder, coin)
        wanted = max(first, coin.first_bar)
        yield decide_panel(coin, recorded, market, coins.one(row), settings, wanted)


def load_market_series(folder: DataFolder, settings: HHQSettings, first_bar: int) -> MarketSeries:
    """The market of BTC and ETH from `first_bar` on; n/a where the folder has none."""
    btc, eth = (_coin_or_none(folder, pair) for pair in (BTC, ETH))
    return market_series(btc, eth, settings.market, first_bar)


def decide_panel(
    panel: Panel,
    recorded: RecordedRows,
    market: MarketSeries,
    coins: CoinTable,
    settings: HHQSettings,
    first_bar: int,
) -> Decided:
    """Decide all coins of a panel from `first_bar` on; `recorded` has the panel's shape."""
    first = first_bar - panel.first_bar
    here = market.aligned(first_bar, panel.bars - first)
    block = compute_features(panel, recorded, here.smt, settings.features, first)
    decided = decide(block, here.values, coins, settings)
    decisions = with_contracts(decided, coins, settings)
    prices = (getattr(panel, name)[:, first:] for name in PRICES)
    candles = Panel(panel.symbols, first_bar, *prices)
    return Decided(candles, block, here, coins, decisions, ~np.isnan(candles.close), decided)


def _columns(panel: Panel, begin: int, end: int, row: int = 0) -> Panel:
    prices = (getattr(panel, name)[row : row + 1, begin:end] for name in PRICES)
    return Panel((panel.symbols[row],), panel.first_bar + begin, *map(np.ascontiguousarray, prices))


def _coin_or_none(folder: DataFolder, pair: str) -> Panel:
    if pair not in folder.pairs:
        return _without_candles(pair, 0)
    try:
        return load_panel(folder, [pair])
    except NoCandlesError:
        return _without_candles(pair, 0)


def coin_of(panel: Panel, pair: str) -> Panel:
    """The one coin of a panel; without candles if it is not there."""
    if pair not in panel.symbols:
        return _without_candles(pair, panel.first_bar)
    return _columns(panel, 0, panel.bars, panel.symbols.index(pair))


def _without_candles(pair: str, first_bar: int) -> Panel:
    return Panel((pair,), first_bar, *(np.empty((1, 0)) for _ in PRICES))
