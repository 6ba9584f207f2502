"""A market of a few coins, and a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from companion.market.coverage import EventFeed
from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from hhq.panel import CANDLE_MS

BAR = 5_850_000
"""Clock number of the candle in which the tests begin."""
OPEN = BAR * CANDLE_MS
CLOSE = OPEN + CANDLE_MS
PAIRS = ("BTC/USDT:USDT", "ETH/USDT:USDT", "DOGE/USDT:USDT")


class SteppedClock:
    """Stands still until it is moved; sleepers are woken in order of time."""

    def __init__(self, now_ms: int) -> None:
        self.now = now_ms
        self._order = itertools.count()
        self._asleep: list[tuple[int, int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.now / 1000.0

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (self.now + round(seconds * 1000), next(self._order), future))
        await future

    async def to(self, time_ms: int, parts: int = 1) -> None:
        """Move to a moment; all that falls due before it gets done, by ``parts`` tasks that sleep again afterwards."""
        await self.until_asleep(parts)
        while (due := self._next_due()) is not None and due <= time_ms:
            self.now = max(self.now, due)
            heapq.heappop(self._asleep)[2].set_result(None)
            await self.until_asleep(parts)
        self.now = time_ms

    async def until_asleep(self, parts: int = 1) -> None:
        """Let everything run until that many tasks sleep."""
        async with asyncio.timeout(20):
            while len([f for _, _, f in self._asleep if not f.done()]) < parts:
                await asyncio.sleep(0)
            for _ in range(5):
                await asyncio.sleep(0)

    def _next_due(self) -> int | None:
        while self._asleep and self._asleep[0][2].done():
            heapq.heappop(self._asleep)
        return self._asleep[0][0] if self._asleep else None


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, within a time limit."""

    async def bounded() -> None:
        async with asyncio.timeout(60):
            await work

    asyncio.run(bounded())


def make_market(pairs: tuple[str, ...] = PAIRS) -> MarketMemory:
    coins = [Coin(pair, pair.split(":")[0].replace("/", "")) for pair in pairs]
    return MarketMemory(coins)


def set_book(
    market: MarketMemory, row: int, now_ms: int, bid: float, ask: float, bids: float, asks: float
) -> None:
    """As a stream writes a book ticker."""
    live = market.live
    live.bid[row], live.ask[row], live.bid_quantity[row], live.ask_quantity[row] = bid, ask, bids, asks
    live.book_ms[row] = now_ms


def set_mark(market: MarketMemory, row: int, now_ms: int, mark: float, index: float, funding: float) -> None:
    """As a stream writes a mark price."""
    live = market.live
    live.mark_price[row], live.index_price[row], live.funding_rate[row] = mark, index, funding
    live.mark_ms[row] = now_ms


def open_feeds(market: MarketMemory, time_ms: int) -> None:
    for feed in EventFeed:
        market.coverage.opened(feed, market.rows, time_ms)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recorded"
