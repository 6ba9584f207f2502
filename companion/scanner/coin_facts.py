"""What the market decision reads of a coin besides candles: price tick from the exchange, its lowest leverage tier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from companion.leverage_tiers import bundled_tiers, lowest_tier
from companion.market.universe import Coin
from companion.scanner.sources import TierSource
from hhq.coins import CoinTable


class BundledTiers:
    """The tiers that Freqtrade bundles and takes in a dry run; read once."""

    def __init__(self) -> None:
        self._tiers = bundled_tiers()

    def lowest(self, pair: str) -> tuple[float, float]:
        """Maintenance rate and largest leverage of the lowest tier; NaN for a pair without tiers."""
        return lowest_tier(self._tiers.get(pair))


class CoinFacts:
    """Coin tables as the strategy has them; a coin's tiers are asked for once."""

    def __init__(self, tiers: TierSource) -> None:
        self._tiers = tiers
        self._lowest: dict[str, tuple[float, float]] = {}

    def table(self, coins: Sequence[Coin]) -> CoinTable:
        """The table of these coins in their order."""
        lowest = np.array([self._of(coin.pair) for coin in coins], dtype=np.float64).reshape(-1, 2)
        ticks = np.array([coin.tick_size for coin in coins], dtype=np.float64)
        return CoinTable(tuple(coin.pair for coin in coins), ticks, lowest[:, 0].copy(), lowest[:, 1].copy())

    def _of(self, pair: str) -> tuple[float, float]:
        if pair not in self._lowest:
            self._lowest[pair] = self._tiers.lowest(pair)
        return self._lowest[pair]
