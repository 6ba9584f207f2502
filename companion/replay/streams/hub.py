"""The stream loop: polls the feeds that someone listens to and hands their events out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from companion.replay.candles import BASE_INTERVAL, bucket_start
from companion.replay.exchange import CoinView, Exchange
from companion.replay.rules import Json
from companion.replay.streams.feeds import Feed
from companion.replay.streams.market_feeds import NORMAL, make_feed, period_of
from companion.replay.streams.names import Kind, StreamName

_CANDLES = (Kind.KLINE, Kind.CONTINUOUS_KLINE)


class Subscriber(Protocol):
    """A receiver of events."""

    def offer(self, stream: str, payload: bytes) -> None:
        """Take one encoded event; must not block."""


@dataclass(slots=True)
class _Channel:
    """One stream with its listeners."""

    name: StreamName
    feed: Feed
    period: int
    subscribers: set[Subscriber] = field(default_factory=set)
    due: float = 0.0
    polled: int = -1


class Hub:
    """All running streams. Events are made and encoded once, whatever the number of listeners."""

    def __init__(self, exchange: Exchange, real: Callable[[], float] = time.monotonic) -> None:
        self._exchange = exchange
        self._real = real
        self._channels: dict[str, _Channel] = {}
        self._candle = bucket_start(exchange.clock.now(), BASE_INTERVAL)
        self._to_prepare: list[CoinView] = []

    @property
    def streams(self) -> int:
        """Number of streams with listeners."""
        return len(self._channels)

    def subscribe(self, subscriber: Subscriber, name: StreamName) -> None:
        """Send `subscriber` the stream's events from now on."""
        channel = self._channels.get(name.text)
        if channel is None:
            feed = make_feed(self._exchange, name, self._exchange.clock.now())
            channel = self._channels[name.text] = _Channel(name, feed, period_of(name))
            # Its first event does not wait for the beat, nor for a clock that stands still.
            asyncio.get_running_loop().call_soon(self._poll_new, channel)
        channel.subscribers.add(subscriber)

    def unsubscribe(self, subscriber: Subscriber, stream: str) -> None:
        """Stop sending `stream`; a stream without listeners ends."""
        channel = self._channels.get(stream)
        if channel is None:
            return
        channel.subscribers.discard(subscriber)
        if not channel.subscribers:
            channel.feed.close()
            del self._channels[stream]

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            now = await self.round()
            boundary = bucket_start(now, BASE_INTERVAL) + BASE_INTERVAL
            # A clock that stands still wakes the loop by itself when it is moved.
            until = boundary if self._exchange.clock.speed else now + 1
            await self._exchange.clock.wait(until, self._pause())

    async def round(self) -> int:
        """Poll all feeds that are due (at a candle's close all of them), candles first.

        Returns the served instant (ms) they were polled for.
        """
        now, real = self._exchange.clock.now(), self._real()
        everything = self._exchange.clock.speed == 0.0
        if bucket_start(now, BASE_INTERVAL) != self._candle:
            self._candle = bucket_start(now, BASE_INTERVAL)
            everything = True
            self._to_prepare = self._listened_coins()
        due = [c for c in self._channels.values() if everything or c.due <= real + 0.005]
        candles = [c for c in due if c.name.kind in _CANDLES]
        others = [c for c in due if c.name.kind not in _CANDLES]
        if everything:
            # All closes before anything else: whoever waits for a candle waits for this one message.
            for channel in candles:
                if not self._is_settled(channel, now):
                    self._hand_out(channel, channel.feed.closing(now))
            await asyncio.sleep(0)
        for group in (candles, others):
            for count, channel in enumerate(group, 1):
                self._poll(channel, now, real)
                if count % 100 == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(0)
        self._prepare(now)
        return now

    def _poll_new(self, channel: _Channel) -> None:
        self._poll(channel, self._exchange.clock.now(), self._real())

    def _poll(self, channel: _Channel, now: int, real: float) -> None:
        if self._channels.get(channel.name.text) is not channel:
            return  # its last listener left while the round was under way
        if channel.polled == now:
            return  # a new stream's first event was for this instant already
        channel.polled = now
        # On a fixed beat, so that polls of one period stay together.
        beat = channel.period / 1000.0
        channel.due = (real // beat + 1.0) * beat
        if not self._is_settled(channel, now):
            self._hand_out(channel, channel.feed.poll(now))

    def _is_settled(self, channel: _Channel, now: int) -> bool:
        """Whether it is the stream of a coin that was delisted: it falls silent."""
        view = self._exchange.views.get(channel.name.symbol or "")
        return view is not None and view.is_settled(now)

    def _hand_out(self, channel: _Channel, events: list[Json]) -> None:
        for event in events:
            payload = orjson.dumps(event)
            for subscriber in tuple(channel.subscribers):
                subscriber.offer(channel.name.text, payload)

    def _pause(self) -> float:
        """Real seconds to the next feed that is due."""
        period = min((c.period for c in self._channels.values()), default=NORMAL)
        beat, real = period / 1000.0, self._real()
        return max(0.001, (real // beat + 1.0) * beat - real)

    def _listened_coins(self) -> list[CoinView]:
        """Coins whose next path will be needed."""
        names = [channel.name for channel in self._channels.values()]
        views = self._exchange.views
        if any(name.symbol is None for name in names):
            return list(self._exchange.trading(self._exchange.clock.now()))
        symbols = {name.symbol for name in names if name.symbol}
        return [views[symbol] for symbol in sorted(symbols) if symbol in views]

    def _prepare(self, now: int) -> None:
        """Draw some of the next candle's paths ahead of time, so that the close itself is quick."""
        if not self._to_prepare or not self._exchange.clock.speed:
            return
        left = (self._candle + BASE_INTERVAL - now) / (NORMAL * self._exchange.clock.speed)
        share = max(1, round(2 * len(self._to_prepare) / max(1.0, left)))
        for view in self._to_prepare[-share:]:
            view.tape.prepare(now)
        del self._to_prepare[-share:]
