"""What is known of the market, in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from companion.market.candles import Arrival, CandleMemory
from companion.market.coverage import EventCoverage
from companion.market.funding import FundingMemory
from companion.market.live import LiveMarket, MarketListener
from companion.market.universe import Coin, ListingChange, Universe
from hhq.arrays import BoolArray, FloatArray
from hhq.panel import WINDOW


class MarketMemory:
    """Coins, closed candles and live values, by the same rows; streams write it in the event loop, all others read."""

    def __init__(self, coins: Iterable[Coin] = (), window: int = WINDOW) -> None:
        self.universe = Universe(coins)
        self.candles = CandleMemory(len(self.universe), window)
        self.live = LiveMarket(len(self.universe))
        self.coverage = EventCoverage(len(self.universe))
        self.funding = FundingMemory(len(self.universe))
        self.stale: set[int] = set()
        """Rows whose live data or candles are too old, or have a gap not repaired yet; new coins start stale."""
        self.unheard: set[int] = set()
        """Rows without a live stream of candles: REST may complete them, but nothing is heard of them now."""
        self.listeners: list[MarketListener] = []

    def prepare(self, coins: Iterable[Coin]) -> None:
        """Do ahead what would take :meth:`update_listings` of these coins long; may be called in another thread."""
        unknown = sum(self.universe.row(coin.pair) is None for coin in coins)
        self.candles.prepare(len(self.universe) + unknown)

    def update_listings(self, coins: Iterable[Coin]) -> ListingChange:
        """Take in what the exchange lists now; new coins start stale and without candles."""
        change = self.universe.update(coins)
        self.candles.grow(len(self.universe))
        self.live.grow(len(self.universe))
        self.coverage.grow(len(self.universe))
        self.funding.grow(len(self.universe))
        self.stale.update(change.listed)
        return change

    def close_candle(
        self, row: int, bar: int, values: tuple[float, float, float, float, float], *, correct: bool = True
    ) -> Arrival:
        """Take in a closed candle and notify listeners if it changed anything; ``correct`` as in CandleMemory.put."""
        arrival = self.candles.put(row, bar, values, correct=correct)
        if arrival in (Arrival.ADDED, Arrival.CORRECTED):
            for listener in self.listeners:
                listener.candle_closed(row, bar)
        return arrival

    def backfill_candles(self, row: int, first_bar: int, values: FloatArray) -> Counter[Arrival]:
        """Take in a stretch of closed candles of the exchange's history, like CandleMemory.put_many.

        Listeners are notified of the newest one only, and only if anything changed.
        """
        counts = self.candles.put_many(row, first_bar, values)
        if counts[Arrival.ADDED] or counts[Arrival.CORRECTED]:
            newest = first_bar + int(np.flatnonzero(~np.isnan(values[0]))[-1])
            for listener in self.listeners:
                listener.candle_closed(row, newest)
        return counts

    def decidable(self, bar: int) -> BoolArray:
        """Coins that may be decided at the close of ``bar``, bool (rows,).

        They are traded, they are not stale, and candle ``bar`` is there, as is every earlier candle of the window that the
        exchange has. This checks the candles themselves: no state of the streams can let a coin with a hole through.
        """
        fresh = self.candles.whole(bar)
        for row in range(len(self.universe)):
            if fresh[row] and not self.is_fresh(row):
                fresh[row] = False
        return fresh

    def is_fresh(self, row: int) -> bool:
        """Whether decisions may be made on this coin now."""
        return self.universe.is_trading(row) and row not in self.stale

    def is_heard(self, row: int) -> bool:
        """Whether decisions may be made on this coin, and its stream lives: what readers may call fresh."""
        return self.is_fresh(row) and row not in self.unheard

    @property
    def rows(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """All rows, int64."""
        return np.arange(len(self.universe), dtype=np.int64)
