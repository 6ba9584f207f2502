"""Streams against a replay exchange whose clock the test moves."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from random import Random

from companion.market.memory import MarketMemory
from companion.replay.clock import ManualClock
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.context import TradedTypes, only_perpetuals
from companion.streams.streams import Streams
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.venue import BinanceVenue
from hhq.panel import CANDLE_MS
from tests.replay.server import RunningExchange

WINDOW = 300
"""Candles kept in these tests: the backfill takes one request per coin."""
LIMIT = 40.0
QUICK = StreamSettings(
    quiet_seconds=0.5,
    silence_seconds=1.5,
    candle_late_seconds=0.5,
    backoff_seconds=0.05,
    longest_backoff_seconds=1.0,
    dials_a_minute=10_000,
    trade_coins=2,
)


class FollowingClock:
    """Wall time of the exchange plus a skew; waits are real."""

    def __init__(self, exchange: ManualClock, skew_ms: int = 0) -> None:
        self._exchange = exchange
        self.skew_ms = skew_ms

    def now_ms(self) -> int:
        return self._exchange.now() + self.skew_ms

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Following:
    """Running streams, and the exchange that they follow."""

    def __init__(self, streams: Streams, exchange: RunningExchange, clock: FollowingClock) -> None:
        self.streams = streams
        self.market = streams.market
        self.exchange = exchange
        self.clock = clock

    def row(self, symbol: str) -> int:
        row = self.market.universe.row(symbol)
        assert row is not None
        return row

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds()``; nothing that is waited for here takes longer than some seconds."""
        try:
            async with asyncio.timeout(LIMIT):
                await self.streams.counters.until(holds)
        except TimeoutError:
            raise AssertionError(f"never came true; {self.streams.status()}") from None

    async def backfilled(self) -> None:
        await self.until(lambda: self.streams.status().backfill.complete)

    async def fresh(self) -> None:
        """Wait until every coin is fresh and every connection is open."""

        def holds() -> bool:
            status = self.streams.status()
            connected = [connection.connected for connection in status.connections]
            return (
                status.backfill.complete and not self.market.stale and len(connected) > 3 and all(connected)
            )

        await self.until(holds)

    def move_to_close(self, after_ms: int = 100) -> int:
        """Let the forming candle close; returns its bar."""
        clock = self.exchange.clock
        assert isinstance(clock, ManualClock)
        bar = clock.now() // CANDLE_MS
        clock.set((bar + 1) * CANDLE_MS + after_ms)
        return bar

    async def closed(self, bar: int) -> None:
        """Wait until every coin that trades has this candle."""
        rows = list(self.market.universe.trading_rows)
        await self.until(lambda: all(self.market.candles.last_bars[rows] >= bar))


@contextlib.asynccontextmanager
async def following(
    exchange: RunningExchange,
    *,
    settings: StreamSettings = QUICK,
    exchange_settings: ExchangeSettings | None = None,
    skew_ms: int = 0,
    window: int = WINDOW,
    market: MarketMemory | None = None,
    traded_types: TradedTypes = only_perpetuals,
) -> AsyncIterator[Following]:
    """Streams that run while the block does."""
    assert isinstance(exchange.clock, ManualClock)
    clock = FollowingClock(exchange.clock, skew_ms)
    ledger = WeightLedger(exchange_settings or ExchangeSettings(), clock)
    memory = MarketMemory(window=window) if market is None else market
    venue = BinanceVenue(exchange.url)
    streams = Streams(venue, memory, ledger, settings, clock, Random(1), Turns(), traded_types)
    task = asyncio.create_task(streams.run())
    try:
        yield Following(streams, exchange, clock)
    finally:
        ended = task.done()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert not ended, "the streams ended by themselves"
