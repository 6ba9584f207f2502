"""Accepted signals of a stretch of candles, by the same decision that the bot makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hhq.arrays import FloatArray
from hhq.coins import CoinTable
from hhq.decide import decide
from hhq.features.block import compute_features
from hhq.market.series import market_series
from hhq.panel import Panel, RecordedRows
from hhq.settings import HHQSettings

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles of all coins with their funding (% per 8 h) and tick sizes."""

    panel: Panel
    funding: FloatArray
    tick_size: FloatArray

    def window(self, first: int, end: int, shift: int = 0) -> Candles:
        """Columns first..end-1, `shift` candles later on the clock."""
        panel = self.panel
        prices = (panel.open, panel.high, panel.low, panel.close, panel.volume)
        cut = Panel(
            panel.symbols,
            panel.first_bar + first + shift,
            *(np.ascontiguousarray(price[:, first:end]) for price in prices),
        )
        return Candles(cut, np.ascontiguousarray(self.funding[:, first:end]), self.tick_size)


@dataclass(frozen=True, slots=True)
class AcceptedSignal:
    """A signal that the bot would try to enter. `bar` is the clock number of its candle, `side` +1 or −1."""

    pair: str
    bar: int
    side: int
    entry_price: float


class Decide(Protocol):
    """Something that names the accepted signals of the columns `first` … of `candles`."""

    def __call__(self, candles: Candles, first: int) -> Sequence[AcceptedSignal]:
        """Return them in no particular order."""


class CoreDecision:
    """The decision of the core, with the settings that the bot will have."""

    def __init__(self, settings: HHQSettings) -> None:
        self._settings = settings

    def __call__(self, candles: Candles, first: int) -> Sequence[AcceptedSignal]:
        """Decide as a bot that runs live does: an unknown order book refuses what needs it."""
        panel = candles.panel
        recorded = dataclasses.replace(
            RecordedRows.not_available(panel.coins, panel.bars), funding_rate=candles.funding
        )
        begin, bars = panel.first_bar + first, panel.bars - first
        series = market_series(_coin(panel, BTC), _coin(panel, ETH), self._settings.market, begin)
        market = series.aligned(begin, bars)
        block = compute_features(panel, recorded, market.smt, self._settings.features, first)
        coins = CoinTable.of(panel.symbols, candles.tick_size)
        decisions = decide(block, market.values, coins, self._settings, live=True)
        signals, accepted = decisions.signals, decisions.accepted()
        return [
            AcceptedSignal(
                panel.symbols[coin], begin + int(bar), int(signals.side[k]), float(signals.entry_price[k])
            )
            for k, (coin, bar) in enumerate(zip(signals.coin, signals.bar, strict=True))
            if accepted[coin, bar]
        ]


def _coin(panel: Panel, pair: str) -> Panel:
    """The one coin as a panel; without candles if it is not there."""
    if pair not in panel.symbols:
        return Panel((pair,), panel.first_bar, *(np.empty((1, 0)) for _ in range(5)))
    row = slice(at := panel.symbols.index(pair), at + 1)
    prices = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    return Panel((pair,), panel.first_bar, *(np.ascontiguousarray(price[row]) for price in prices))
