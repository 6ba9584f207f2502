"""The streams as one part of the service."""

from __future__ import annotations

import random

from companion.clock import Clock
from companion.market.memory import MarketMemory
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.status import FillStatus, StreamStatus
from companion.streams.weight import WeightLedger


class Streams:
    """Keeps a market memory up to date: listings, candles, live values, settled funding.

    ``ledger`` is the process's one; who else sends requests to the exchange passes it too.
    """

    def __init__(
        self,
        market: MarketMemory,
        ledger: WeightLedger,
        exchange_settings: ExchangeSettings,
        settings: StreamSettings,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self.market = market
        self.ledger = ledger
        self.settings = settings
        self._exchange_settings = exchange_settings
        self._clock = clock
        self._chance = chance
        self._running = False

    async def run(self) -> None:
        """Stream until cancelled; may be run again after an error: what is known is kept."""
        raise NotImplementedError

    def status(self) -> StreamStatus:
        """The streams now."""
        return StreamStatus(
            self._running, (), {}, (), self.ledger.status(), FillStatus(0, 0), {}, float("nan")
        )
