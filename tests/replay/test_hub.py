"""The stream loop polls a feed once for each instant."""

from __future__ import annotations

import asyncio

import orjson

from companion.replay.clock import ManualClock
from companion.replay.exchange import Exchange
from companion.replay.market import Market
from companion.replay.streams.hub import Hub
from companion.replay.streams.names import parse_stream
from tests.replay.conftest import NOON


class Listener:
    """Keeps the times of the events that it is offered."""

    def __init__(self) -> None:
        self.times: list[int] = []

    def offer(self, stream: str, payload: bytes) -> None:
        self.times.append(orjson.loads(payload)["E"])


def test_the_first_event_of_a_stream_is_not_repeated_by_the_round_of_its_instant(
    market: Market,
) -> None:
    """The clock may move after a stream was subscribed to and before its first event."""

    async def scene() -> list[int]:
        clock, listener = ManualClock(NOON), Listener()
        hub = Hub(Exchange(market, clock, 1))
        name = parse_stream("btcusdt@markPrice@1s")
        assert name is not None
        hub.subscribe(listener, name)
        clock.advance(1_000)
        await asyncio.sleep(0)
        await hub.round()
        clock.advance(1_000)
        await hub.round()
        return listener.times

    assert asyncio.run(scene()) == [NOON + 1_000, NOON + 2_000]
