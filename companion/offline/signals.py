"""Accepted signals of a stretch of candles, by the same decision that the bot makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from companion.offline.decisions import coin_of, decide_panel
from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH, CoinTable
from hhq.market.series import market_series
from hhq.panel import Panel, RecordedRows
from hhq.settings import HHQSettings


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles of all coins, their funding float64 (coins, bars) in % per 8 h, and the exchange's rules for each."""

    panel: Panel
    funding: FloatArray
    coins: CoinTable

    def window(self, first: int, end: int, shift: int = 0) -> Candles:
        """Columns first..end-1, moved `shift` candles later."""
        panel = self.panel
        prices = (panel.open, panel.high, panel.low, panel.close, panel.volume)
        cut = Panel(
            panel.symbols,
            panel.first_bar + first + shift,
            *(np.ascontiguousarray(price[:, first:end]) for price in prices),
        )
        return Candles(cut, np.ascontiguousarray(self.funding[:, first:end]), self.coins)


@dataclass(frozen=True, slots=True)
class AcceptedSignal:
    """A signal that the bot would try to enter; `bar`: its candle, `side` +1 or −1, `entry_price` in USDT."""

    pair: str
    bar: int
    side: int
    entry_price: float


class Decide(Protocol):
    """Finds the accepted signals of `candles` from column `first` on."""

    def __call__(self, candles: Candles, first: int) -> Sequence[AcceptedSignal]:
        """Return them in no particular order."""


class CoreDecision:
    """The decision of the core, with the settings that the bot will have."""

    def __init__(self, settings: HHQSettings) -> None:
        self._settings = settings

    def __call__(self, candles: Candles, first: int) -> Sequence[AcceptedSignal]:
        """Decide like a live bot: an unknown order book refuses what needs one."""
        panel = candles.panel
        begin = panel.first_bar + first
        market = market_series(coin_of(panel, BTC), coin_of(panel, ETH), self._settings.market, begin)
        decided = decide_panel(
            panel,
            RecordedRows.of_funding(candles.funding),
            market,
            candles.coins,
            self._settings,
            begin,
        )
        decisions = decided.decisions
        signals, accepted = decisions.signals, decisions.accepted()
        return [
            AcceptedSignal(
                panel.symbols[coin], begin + int(bar), int(signals.side[k]), float(signals.entry_price[k])
            )
            for k, (coin, bar) in enumerate(zip(signals.coin, signals.bar, strict=True))
            if accepted[coin, bar]
        ]
