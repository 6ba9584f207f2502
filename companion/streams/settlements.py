"""Settled funding rates: the history at the start, then each settlement as it takes place."""

from __future__ import annotations

import asyncio
import logging

import numpy as np

from companion.streams.context import StreamContext
from companion.streams.rest import Rest
from companion.streams.weight import Urgency
from companion.venues.errors import RequestError
from companion.venues.values import Settlement
from hhq.arrays import IntArray
from hhq.funding import HOUR_MS, LARGEST_INTERVAL_HOURS, MINUTE_MS, STALE_AFTER_INTERVALS
from hhq.panel import CANDLE_MS

_LOG = logging.getLogger("companion.streams")
_LOOK_SECONDS = 2.0
_AFTER_MS = 3_000
"""The exchange publishes a settlement some seconds late."""
_LONGEST_WAIT = 60.0
_AT_ONCE = 200
"""Settlements taken in before the event loop gets its turn: 2 ms."""


class Settlements:
    """Keeps ``MarketMemory.funding`` up to date.

    The rates of all coins are requested at once (weight 1). A request is due when a coin's next funding time has passed
    without its rate, and once an hour in any case: intervals differ between coins, and change.
    """

    def __init__(self, context: StreamContext, rest: Rest) -> None:
        self._market = context.market
        self._clock = context.clock
        self._exchange_clock = context.exchange_clock
        self._counters = context.counters
        self._rest = rest
        self._announced = np.zeros(0, dtype=np.int64)
        self._due = np.zeros(0, dtype=np.int64)
        self._known_until = 0

    async def run(self) -> None:
        """Fetch until cancelled."""
        wait = _LOOK_SECONDS
        while True:
            since = self._wanted_since()
            if since is None:
                wait = _LOOK_SECONDS
            else:
                try:
                    await self.fetch(since)
                    # A settlement that is not there yet is requested less and less often.
                    wait = min(wait * 2.0, _LONGEST_WAIT) if self._late().size else _LOOK_SECONDS
                except RequestError as problem:
                    wait = min(wait * 2.0, _LONGEST_WAIT)
                    _LOG.info("settled funding rates: %s; asked again in %.0f s", problem, wait)
            await self._clock.sleep(wait)

    async def fetch(self, since_ms: int, urgency: Urgency = Urgency.LIVE) -> None:
        """Fetch all settlements from ``since_ms`` (UTC) on. Raises RequestError."""
        asked, start = self._exchange_clock.now_ms(), since_ms
        while True:
            page = await self._rest.settlements(start, urgency)
            if page.unreadable:
                self._counters.add("settlements_broken", page.unreadable)
            for first in range(0, len(page.settlements), _AT_ONCE):
                for settlement in page.settlements[first : first + _AT_ONCE]:
                    self._take(settlement)
                await asyncio.sleep(0)
            if page.is_last:
                break
            newest = max((settlement.time_ms for settlement in page.settlements), default=0)
            # Coins share funding times: the last one may continue in the next answer.
            start = newest if newest > start else start + 1
        self._known_until = asked
        self._counters.add("settlement_looks")

    async def fetch_history(self) -> None:
        """Fetch all settlements that the candles of the window need. Raises RequestError."""
        await self.fetch(self.history_since(), Urgency.BACKFILL)

    def history_since(self) -> int:
        """Start of the history that the candles of the window need, ms UTC."""
        reach = int((STALE_AFTER_INTERVALS + 1) * LARGEST_INTERVAL_HOURS * HOUR_MS)
        return self._exchange_clock.now_ms() - self._market.candles.window * CANDLE_MS - reach

    def _wanted_since(self) -> int | None:
        """The time (ms UTC) from which rates are to be requested now; None while nothing is due."""
        if not self._known_until:
            return self.history_since()
        now = self._exchange_clock.now_ms()
        late = self._late()
        if late.size:
            return int(self._due[late].min()) - MINUTE_MS
        hour = now // HOUR_MS * HOUR_MS
        if self._known_until < hour + _AFTER_MS <= now:
            return max(min(self._known_until, hour) - HOUR_MS, self.history_since())
        return None

    def _late(self) -> IntArray:
        """Rows with earlier rates whose funding time has passed without its rate being known."""
        self._note_due()
        now = self._exchange_clock.now_ms()
        newest = np.array(
            [self._market.funding.newest_ms(row) for row in range(self._due.size)], dtype=np.int64
        )
        waiting = (newest > 0) & (newest + MINUTE_MS < self._due) & (self._due + _AFTER_MS <= now)
        # What has not come within an hour will not come: the coin is delisted, or its schedule has changed.
        waiting &= self._due > now - HOUR_MS
        trading = np.zeros(self._due.size, dtype=np.bool_)
        trading[[row for row in self._market.universe.trading_rows if row < self._due.size]] = True
        return np.flatnonzero(waiting & trading)

    def _note_due(self) -> None:
        """Keep each coin's latest funding time that has passed: the stream gives only the next one."""
        following = self._market.live.next_funding_ms
        more = following.size - self._due.size
        if more > 0:
            self._due = np.concatenate([self._due, np.zeros(more, dtype=np.int64)])
            self._announced = np.concatenate([self._announced, np.zeros(more, dtype=np.int64)])
        now = self._exchange_clock.now_ms()
        for times in (self._announced, following):
            passed = (times > 0) & (times <= now)
            self._due = np.where(passed, np.maximum(self._due, times), self._due)
        self._announced = following.copy()

    def _take(self, settlement: Settlement) -> None:
        row = self._market.universe.row(settlement.symbol)
        if row is not None and not self._exchange_clock.lies_ahead(settlement.time_ms):
            changed = self._market.funding.put(row, settlement.time_ms, settlement.rate)
            self._counters.add("settlements", changed)
