"""Keeps what the exchange's prices are of: asked at the start, and again whenever connections have been opened."""

from __future__ import annotations

from companion.ground.clock import Clock
from companion.streams.counters import Counters
from companion.venues.origin import MarketKind, MarketOrigin
from companion.venues.venue import Venue

_LOOK_SECONDS = 5.0


class OriginWatch:
    """What is known of the market's origin now: unknown until the exchange has said it."""

    def __init__(self, venue: Venue, counters: Counters, clock: Clock) -> None:
        self._venue = venue
        self._counters = counters
        self._clock = clock
        self.origin = MarketOrigin(MarketKind.UNKNOWN)

    async def run(self) -> None:
        """Ask until cancelled: behind the same address another exchange may answer after a reconnect."""
        asked_at = -1
        while True:
            opened = self._counters["connections_opened"]
            if opened != asked_at:
                found = await self._venue.origin()
                self.origin = found or MarketOrigin(MarketKind.UNKNOWN)
                asked_at = opened if found is not None else -1
            await self._clock.sleep(_LOOK_SECONDS)
