"""What the bot knows of a pair in a dry run or a backtest: price tick, contract type and leverage tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.market.leverage_tiers import lowest_tier
from companion.offline.data_folder import DataFolder, DataFolderError
from companion.replay.errors import MarketDataError
from companion.replay.market import load_market
from companion.replay.rules import perpetual_rules
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq.coins import CoinTable, ContractType


@dataclass(frozen=True, slots=True)
class PairRules:
    """The table that the market decision reads, and the source of each pair's tick size."""

    coins: CoinTable
    tick_sources: tuple[str, ...]


def load_pair_rules(folder: DataFolder, pairs: Sequence[str], exchange_info: Path | None = None) -> PairRules:
    """Rules of `pairs` as the bot gets them from the replay exchange of this folder.

    Price ticks: from `exchange_info`, else from the recorded answer next to the folder, else from the folder's own, else
    (also for a coin that is not listed there, or whose candles do not keep to the listed tick) from the decimals of the
    candles. Tiers: those that Freqtrade bundles, NaN for a pair without. Raises DataFolderError naming a file.
    """
    answer = exchange_info or folder.exchange_info(folder.span()[1])
    try:
        market = load_market(folder.path, answer)
    except MarketDataError as problem:
        raise DataFolderError(str(problem)) from problem
    recorded = perpetual_rules(market.exchange_info)
    name = answer.name if answer is not None else "exchangeInfo.json of the data folder"
    ticks, sources, types = [], [], []
    for pair in pairs:
        symbol = folder.files(pair).symbol
        coin = market.coins.get(symbol)
        tick = coin.rules.tick if coin is not None else np.nan
        known = symbol in recorded and recorded[symbol].tick == tick
        ticks.append(tick)
        types.append(
            ContractType.named(str(coin.rules.info["contractType"])) if coin else ContractType.PERPETUAL
        )
        sources.append(name if known else "the decimals of its candles")
    rates, largest = _lowest_tiers(pairs)
    table = CoinTable(
        tuple(pairs), np.array(ticks), np.array(rates), np.array(largest), np.array(types, dtype=np.int8)
    )
    return PairRules(table, tuple(sources))


def _lowest_tiers(pairs: Sequence[str]) -> tuple[list[float], list[float]]:
    """Maintenance rate and largest leverage of each pair's lowest tier."""
    tiers = bundled_tiers()
    lowest = [lowest_tier(tiers.get(pair)) for pair in pairs]
    return [rate for rate, _ in lowest], [largest for _, largest in lowest]
