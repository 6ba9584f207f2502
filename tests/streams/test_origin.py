"""The market's origin: asked at the start, again after a failure, and again when connections have been opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from companion.streams.counters import Counters
from companion.streams.origin import OriginWatch
from companion.venues.binance.venue import BinanceVenue
from companion.venues.origin import MarketKind, MarketOrigin
from tests.manual_clock import ManualClock, settle

GENERATED = MarketOrigin(MarketKind.GENERATED, "market", 1.0)
RECORDED = MarketOrigin(MarketKind.RECORDED, "august", 60.0)
UNKNOWN = MarketOrigin(MarketKind.UNKNOWN)


class ToldVenue(BinanceVenue):
    """A venue whose server says in turn what the test sets."""

    def __init__(self, *says: MarketOrigin | None) -> None:
        super().__init__()
        self.says = list(says)

    async def origin(self) -> MarketOrigin | None:
        return self.says.pop(0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def watching(watch: OriginWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(watch.run())
    try:
        await settle()
        yield
    finally:
        task.cancel()


@pytest.mark.anyio
async def test_it_is_asked_once_and_again_only_after_connections_have_been_opened() -> None:
    venue, counters, clock = ToldVenue(GENERATED, RECORDED), Counters(), ManualClock()
    watch = OriginWatch(venue, counters, clock)
    assert watch.origin == UNKNOWN
    async with watching(watch):
        assert watch.origin == GENERATED
        await clock.advance(600.0)
        assert watch.origin == GENERATED
        counters.add("connections_opened")
        await clock.advance(10.0)
        assert watch.origin == RECORDED
        await clock.advance(600.0)
        assert not venue.says


@pytest.mark.anyio
async def test_a_failure_leaves_it_unknown_until_somebody_answers() -> None:
    venue, counters, clock = ToldVenue(None, None, GENERATED, None, RECORDED), Counters(), ManualClock()
    watch = OriginWatch(venue, counters, clock)
    async with watching(watch):
        assert watch.origin == UNKNOWN
        await clock.advance(60.0)
        assert watch.origin == GENERATED
        counters.add("connections_opened")
        await clock.advance(5.0)
        assert watch.origin == UNKNOWN
        await clock.advance(5.0)
        assert watch.origin == RECORDED
