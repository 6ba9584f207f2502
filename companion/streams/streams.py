"""The streams as one part of the service."""

from __future__ import annotations

import asyncio
from random import Random

from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from companion.settings.streams import StreamSettings
from companion.streams.context import StreamContext, TradedTypes, only_perpetuals
from companion.streams.counters import Counters
from companion.streams.session import Session
from companion.streams.status import Staleness, StreamStatus
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.venue import Venue, VenueClient


class Streams:
    """Keeps a market memory up to date: listings, candles, live values, settled funding.

    ``ledger`` is the process's only one; whoever else sends requests to the exchange goes through it too. ``turns`` are
    shared with whatever else has long work for the event loop.
    """

    def __init__(
        self,
        venue: Venue,
        market: MarketMemory,
        ledger: WeightLedger,
        settings: StreamSettings,
        clock: Clock,
        rng: Random,
        turns: Turns,
        traded_types: TradedTypes = only_perpetuals,
    ) -> None:
        self.market = market
        self.ledger = ledger
        self._venue = venue
        self._context = StreamContext.around(venue, market, settings, clock, rng, ledger, turns, traded_types)
        self._session: Session | None = None
        self._prepared: VenueClient | None = None

    @property
    def counters(self) -> Counters:
        """What has happened so far; to wait for something to happen, wait here."""
        return self._context.counters

    def prepare(self) -> None:
        """Make the first client of the exchange ahead of time; blocks, so call it before the event loop runs."""
        self._prepared = self._venue.connect(self.ledger.answered)

    async def run(self) -> None:
        """Stream until cancelled; may be run again after an error: what is known is kept."""
        client, self._prepared = self._prepared, None
        if client is None:
            client = await asyncio.to_thread(self._venue.connect, self.ledger.answered)
        try:
            self._session = Session(self._context, client)
            await self._session.run()
        finally:
            self._session = None
            # Nobody keeps the coins up to date any more.
            for row in self.market.universe.trading_rows:
                self._context.staleness.mark(row, Staleness.LOST)
                self.market.unheard.add(row)
            await client.close()

    def status(self) -> StreamStatus:
        """The streams now."""
        context, universe = self._context, self.market.universe
        over_rest = [
            universe.coin(row).pair
            for row in universe.trading_rows
            if context.intake.came_over_rest(row) or context.validator.came_over_rest(row)
        ]
        connections = self._session.subscriptions.connections if self._session is not None else ()
        return StreamStatus(
            running=self._session is not None,
            connections=tuple(connection.status() for connection in connections),
            stale=context.staleness.reasons(),
            over_rest=tuple(over_rest),
            weight=self.ledger.status(),
            backfill=context.staleness.backfill_status(),
            counters=context.counters.values(),
            clock_offset_ms=context.exchange_clock.offset_ms,
        )
