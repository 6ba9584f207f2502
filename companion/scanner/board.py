"""The newest scan, and who waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from hhq.arrays import BoolArray, FloatArray
from hhq.coins import CoinTable
from hhq.decide import Decisions
from hhq.features.catalogue import FeatureBlock
from hhq.market.series import MarketSeries
from hhq.settings import HHQSettings


@dataclass(frozen=True, slots=True)
class Scan:
    """All coins decided at the close of one candle; never changed after it is published.

    ``block`` (coins × 1 bar), ``market`` (1 bar), ``coins`` and ``decisions`` are the core's own, in one order: the rows
    of the market memory. ``digests`` float64 (coins,), NaN where nothing was decided; ``fresh`` bool (coins,): whether the
    coin's data allowed a decision. ``close_ms``: close of the candle, ``published_ms``: wall time of publication.
    """

    bar: int
    block: FeatureBlock
    market: MarketSeries
    coins: CoinTable
    decisions: Decisions
    digests: FloatArray
    fresh: BoolArray
    settings: HHQSettings
    close_ms: int
    published_ms: int

    @property
    def pairs(self) -> tuple[str, ...]:
        """Pairs in the order of all arrays."""
        return self.block.symbols


class Board:
    """Holds the newest scan; readers take it, or wait for the next one."""

    def __init__(self) -> None:
        self._latest: Scan | None = None
        self._published = asyncio.Event()

    @property
    def latest(self) -> Scan | None:
        """The newest scan, None before the first."""
        return self._latest

    def publish(self, scan: Scan) -> None:
        """Replace the newest scan and wake who waits."""
        self._latest = scan
        self._published.set()
        self._published = asyncio.Event()

    async def next_scan(self) -> Scan:
        """The scan that is published next."""
        await self._published.wait()
        scan = self._latest
        if scan is None:
            raise RuntimeError("woken without a scan")
        return scan
