"""Fetches missing candles over REST: the first backfill, gaps after reconnects, overdue candles."""

from __future__ import annotations

import asyncio
import logging

from companion.streams.context import StreamContext
from companion.streams.rest import Rest
from companion.streams.status import Staleness
from companion.streams.weight import Urgency
from companion.tasks.backoff import Backoff
from companion.venues.errors import RequestError
from hhq.coins import BTC, ETH

_LOG = logging.getLogger("companion.streams")
_PROGRESS_EVERY = 50
_KEPT_FREE = 2
"""Workers that never wait for the first backfill's weight, so that urgent requests go out at once."""
_GIVEN_UP_AFTER = 3
LEADERS = (BTC, ETH)
"""Every decision reads them: they are backfilled before all others."""


class CandleRepairs:
    """A queue of coins whose candles have to be completed, served by workers, the most urgent first.

    What is missing is read from the candle memory itself, so an interrupted backfill continues where it stopped.
    """

    def __init__(self, context: StreamContext, rest: Rest) -> None:
        self._market = context.market
        self._validator = context.validator
        self._clock = context.clock
        self._exchange_clock = context.exchange_clock
        self._staleness = context.staleness
        self._counters = context.counters
        self._rng = context.rng
        self._candles_a_request = context.venue.limits.candles_a_request
        self._backfills_at_once = context.settings.requests_at_once - _KEPT_FREE
        self._rest = rest
        self._wanted: dict[int, Urgency] = {}
        self._order: dict[int, float] = {}
        self._failures: dict[int, int] = {}
        self._not_before: dict[int, float] = {}
        self._busy: dict[int, Urgency] = {}
        self._doubts: dict[int, set[int]] = {}
        self._called = asyncio.Event()
        self._backoff = Backoff(first=1.0, longest=60.0)
        context.validator.doubted = self.doubt

    def want(self, row: int, urgency: Urgency, order: float | None = None) -> None:
        """Complete the coin's candles; at equal urgency the smallest ``order`` goes first (None: as before).

        A coin that has never been complete takes its turn in the first backfill, however urgent its newest candle is.
        """
        if self._staleness.has(row, Staleness.BACKFILL):
            urgency = Urgency.BACKFILL
        if order is not None:
            self._order[row] = order
        known = self._wanted.get(row)
        if known is None or urgency < known:
            self._wanted[row] = urgency
            self._called.set()

    def doubt(self, row: int, bar: int) -> None:
        """Query the exchange for a candle that came with two different values."""
        self._doubts.setdefault(row, set()).add(bar)
        self.want(row, Urgency.REPAIR)

    def try_now(self, row: int) -> None:
        """Ask again without the wait that earlier failures have earned: the exchange is back."""
        self._not_before.pop(row, None)
        self._failures.pop(row, None)

    def forget(self, row: int) -> None:
        """Forget a coin that is no longer traded."""
        for memory in (self._wanted, self._order, self._failures, self._not_before, self._doubts):
            memory.pop(row, None)

    def is_waiting(self, row: int) -> bool:
        """Whether the coin is waiting to be completed or is being completed."""
        return row in self._wanted or row in self._busy

    @property
    def backfilling(self) -> bool:
        """Whether the first backfill is under way; coins that repeatedly have no candles do not hold it up."""
        incomplete = self._staleness.rows(Staleness.BACKFILL)
        return any(self._failures.get(row, 0) < _GIVEN_UP_AFTER for row in incomplete)

    def missing(self, row: int) -> list[tuple[int, int]]:
        """Stretches (first and last bar) of candles of the window that have closed and are not known."""
        candles = self._market.candles
        last = self._exchange_clock.closed_bar()
        return candles.missing(row, max(last - candles.window + 1, candles.begin_of(row)), last)

    async def work(self) -> None:
        """Serve until cancelled; several workers may run."""
        while True:
            row = self._next()
            if row is None:
                await self._pause()
                continue
            urgency = self._wanted.pop(row)
            self._busy[row] = urgency
            try:
                await self._complete(row, urgency)
                self._failures.pop(row, None)
            except RequestError as problem:
                self._again(row, urgency, str(problem))
            except asyncio.CancelledError:
                self._wanted[row] = urgency
                raise
            finally:
                del self._busy[row]

    async def _complete(self, row: int, urgency: Urgency) -> None:
        symbol = self._market.universe.coin(row).symbol
        await self._settle_doubts(row, symbol, urgency)
        while stretches := self.missing(row):
            first, last = stretches[0]
            # One more than is missing: a candle that another one follows has closed, whatever the clocks say.
            limit = min(last - first + 2, self._candles_a_request)
            asked = self._exchange_clock.now_ms()
            history = await self._rest.candles(symbol, first, limit, urgency)
            self._validator.from_rest(row, first, history, asked)
            if self.missing(row) == stretches:
                raise RequestError(f"{symbol}: the exchange does not have candle {first} yet")
        self._completed(row)

    async def _settle_doubts(self, row: int, symbol: str, urgency: Urgency) -> None:
        for bar in sorted(self._doubts.pop(row, ())):
            asked = self._exchange_clock.now_ms()
            history = await self._rest.candles(symbol, bar, 2, urgency)
            self._validator.from_rest(row, bar, history, asked)

    def _completed(self, row: int) -> None:
        was_backfilling = self._staleness.has(row, Staleness.BACKFILL)
        if self._market.candles.last_bar(row) < 0:
            raise RequestError(f"{self._market.universe.coin(row).symbol}: no candle has closed yet")
        for reason in (Staleness.BACKFILL, Staleness.GAP, Staleness.CANDLE, Staleness.LOST):
            self._staleness.clear(row, reason)
        self._counters.add("coins_completed")
        if was_backfilling:
            self._tell_progress()

    def _tell_progress(self) -> None:
        backfill = self._staleness.backfill_status()
        if backfill.complete or backfill.backfilled % _PROGRESS_EVERY == 0:
            _LOG.info("candles of %d of %d coins are backfilled", backfill.backfilled, backfill.coins)

    def _again(self, row: int, urgency: Urgency, problem: str) -> None:
        failures = self._failures[row] = self._failures.get(row, 0) + 1
        wait = self._backoff.wait(failures, self._rng)
        self._not_before[row] = self._clock.monotonic() + wait
        if self._market.universe.is_trading(row):
            self._wanted.setdefault(row, urgency)
        self._counters.add("repairs_failed")
        _LOG.debug("%s; asked again in %.1f s", problem, wait)

    def _next(self) -> int | None:
        now = self._clock.monotonic()
        # Workers that wait for the backfill's weight must not hold up urgent requests.
        backfills = sum(urgency is Urgency.BACKFILL for urgency in self._busy.values())
        most = Urgency.REPAIR if backfills >= self._backfills_at_once else Urgency.BACKFILL
        ready = [
            row
            for row, urgency in self._wanted.items()
            if row not in self._busy and urgency <= most and self._not_before.get(row, now) <= now
        ]
        return min(ready, key=lambda row: (self._wanted[row], self._order.get(row, 0.0)), default=None)

    async def _pause(self) -> None:
        """Wait for a call, or for the next coin that may be tried again."""
        self._called.clear()
        call = asyncio.ensure_future(self._called.wait())
        nap = asyncio.ensure_future(self._clock.sleep(0.25 if self._wanted else 5.0))
        try:
            await asyncio.wait((call, nap), return_when=asyncio.FIRST_COMPLETED)
        finally:
            call.cancel()
            nap.cancel()


def backfill_order(pair: str, quote_volume: float) -> float:
    """Sort key in the first backfill: BTC and ETH, then by traded value (USDT), largest first."""
    if pair in LEADERS:
        return -float("inf") if pair == LEADERS[0] else -1e300
    return -quote_volume
