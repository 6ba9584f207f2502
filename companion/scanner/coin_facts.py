"""What the market decision needs of a coin besides candles: price tick, contract and lowest leverage tier."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from companion.ground.clock import Clock
from companion.market.leverage_tiers import LeverageTiers, lowest_tier
from companion.market.universe import Coin
from companion.scanner.sources import TierSource
from hhq.coins import CoinTable
from hhq_shared.file_stamp import FileStamp, stamp_of
from hhq_shared.tiers_file import read_tiers

logger = logging.getLogger("companion.scanner")

_LOOK_SECONDS = 5.0


class BundledTiers:
    """The tiers by pair that Freqtrade bundles and uses in a dry run."""

    def __init__(self, tiers: LeverageTiers) -> None:
        self._lowest = {pair: lowest_tier(rows) for pair, rows in tiers.items()}

    def lowest(self, pair: str) -> tuple[float, float]:
        """Maintenance rate and largest leverage of the lowest tier; NaN for a pair without tiers."""
        return self._lowest.get(pair, (math.nan, math.nan))


class SharedTiers:
    """The tiers that a bot has written to a file (live: those of its account); for pairs not in it, the bundled ones.

    Without a file only the bundled ones count; one that cannot be read changes nothing. A new file counts within seconds.
    """

    def __init__(self, path: Path, clock: Clock, bundled: LeverageTiers) -> None:
        self._path = path
        self._clock = clock
        self._bundled = BundledTiers(bundled)
        self._told: dict[str, tuple[float, float]] = {}
        self._looked = -_LOOK_SECONDS
        self._seen: FileStamp | None = None

    def lowest(self, pair: str) -> tuple[float, float]:
        """Maintenance rate and largest leverage of the lowest tier; NaN for a pair without tiers."""
        if self._clock.monotonic() - self._looked >= _LOOK_SECONDS:
            self._looked = self._clock.monotonic()
            self._look()
        return self._told.get(pair) or self._bundled.lowest(pair)

    def _look(self) -> None:
        stamp = stamp_of(self._path)
        if stamp == self._seen:
            return
        self._seen = stamp
        if stamp is None:
            self._told = {}
            return
        try:
            self._told = read_tiers(self._path)
        except (OSError, ValueError) as problem:
            logger.warning("tiers of the bot cannot be read from %s: %s", self._path, problem)
        else:
            logger.info("tiers of %d pairs as the bot has them", len(self._told))


class CoinFacts:
    """Builds coin tables like the strategy's."""

    def __init__(self, tiers: TierSource) -> None:
        self._tiers = tiers

    def table(self, coins: Sequence[Coin]) -> CoinTable:
        """The table of these coins, in their order."""
        lowest = np.array([self._tiers.lowest(coin.pair) for coin in coins], dtype=np.float64).reshape(-1, 2)
        ticks = np.array([coin.tick_size for coin in coins], dtype=np.float64)
        return CoinTable(
            tuple(coin.pair for coin in coins),
            ticks,
            lowest[:, 0].copy(),
            lowest[:, 1].copy(),
            np.array([coin.contract_type for coin in coins], dtype=np.int8),
            np.array([coin.delivery_ms for coin in coins], dtype=np.float64),
        )
