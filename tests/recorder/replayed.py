"""The replay exchange's own messages, read by the streams' intake and recorded second by second of its tape."""

from __future__ import annotations

import asyncio
from pathlib import Path

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.recorder.recorder import Recorder
from companion.replay.clock import ManualClock
from companion.replay.exchange import Exchange
from companion.replay.market import load_market
from companion.replay.streams.feeds import Feed
from companion.replay.streams.market_feeds import make_feed
from companion.replay.streams.names import parse_stream
from companion.settings.recorder import RecorderSettings
from companion.streams.candle_validator import CandleValidator
from companion.streams.clock import ExchangeClock
from companion.streams.counters import Counters
from companion.streams.intake import Intake
from companion.streams.staleness_monitor import StalenessMonitor
from companion.venues.binance.messages import read_message
from tests.recorder.conftest import SteppedClock, open_feeds

STREAMS = ("bookTicker", "markPrice@1s", "forceOrder", "aggTrade")
_STEP_MS = 1_000


class Replayed:
    """The exchange over a data folder on a clock that is moved by hand, and the market memory that listens to it."""

    def __init__(self, folder: Path, begin_ms: int, streams: tuple[str, ...] = STREAMS) -> None:
        tape = load_market(folder)
        self.clock = SteppedClock(begin_ms)
        self._exchange = Exchange(tape, ManualClock(begin_ms))
        views = self._exchange.trading(begin_ms)
        self.market = MarketMemory(Coin(f"{view.symbol[:-4]}/USDT:USDT", view.symbol) for view in views)
        counters, exchange_clock = Counters(), ExchangeClock(self.clock)
        validator = CandleValidator(
            self.market, exchange_clock, StalenessMonitor(self.market, counters), counters
        )
        self._intake = Intake(self.market, validator, self.clock, exchange_clock, counters)
        self._feeds: list[Feed] = []
        for view in views:
            for stream in streams:
                name = parse_stream(f"{view.symbol.lower()}@{stream}")
                assert name is not None
                self._feeds.append(make_feed(self._exchange, name, begin_ms))
        open_feeds(self.market, begin_ms)

    def hear(self, now_ms: int) -> None:
        """Take every message that the exchange has sent until this moment."""
        for feed in self._feeds:
            for message in feed.poll(now_ms):
                assert self._intake.take(read_message(message, self.market.universe))

    async def record(self, until_ms: int, folder: Path, settings: RecorderSettings) -> Recorder:
        """Record until a moment of the tape, then stop as a service stops."""
        recorder = Recorder(self.market, self.clock, settings, folder)
        task = asyncio.create_task(recorder.run())
        try:
            while self.clock.now_ms() < until_ms:
                due = self.clock.now_ms() // _STEP_MS * _STEP_MS + _STEP_MS
                await self.clock.to(due - 100)
                self.hear(due - 100)
                await self.clock.to(due)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return recorder
