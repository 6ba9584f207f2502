"""The requests that the streams need, each through the weight ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from companion.ground.clock import Clock
from companion.streams.counters import Counters
from companion.streams.weight import Urgency, WeightLedger
from companion.tasks.turns import Turns
from companion.venues.errors import MalformedError, RequestError
from companion.venues.requests import Request, Requests
from companion.venues.values import CandleHistory, Listings, SettlementPage, Tickers

_TRIES = 3
T = TypeVar("T")


class Rest:
    """Sends requests and reads their answers. Each waits for its weight; all raise RequestError."""

    def __init__(
        self,
        requests: Requests,
        ledger: WeightLedger,
        clock: Clock,
        counters: Counters,
        turns: Turns,
    ) -> None:
        self._requests = requests
        self._ledger = ledger
        self._clock = clock
        self._counters = counters
        self._turns = turns

    async def time(self) -> tuple[int, int, int]:
        """The exchange's time, and this machine's before and after, in ms UTC."""
        request = self._requests.time()
        # The wait for weight must not count as travel time.
        await self._ledger.acquire(request.weight)
        before = self._clock.now_ms()
        answer = await self._send(request)
        after = self._clock.now_ms()
        return self._read(request, answer), before, after

    async def listings(self) -> Listings:
        """The coins that trade now, at least one, with their funding intervals."""
        request = self._requests.listings()
        listings = await self._ask(request)
        hours = await self._ask(self._requests.funding_intervals())
        self._counters.add("listings_broken", listings.unreadable)
        if not listings.coins:
            raise RequestError(f"{request.name} names no USDT perpetual that trades")
        return listings.with_funding(hours)

    async def tickers(self, symbols: Collection[str] | None = None) -> Tickers:
        """24 h tickers of these symbols (None: all), with one request."""
        return await self._ask(self._requests.tickers(symbols))

    async def ticker(self, symbol: str) -> Tickers:
        """24 h ticker of one symbol."""
        return await self._ask(self._requests.ticker(symbol))

    def are_cheaper_singly(self, symbols: Sequence[str]) -> bool:
        """Whether :meth:`ticker` of each of these symbols weighs less than :meth:`tickers` of all."""
        singly = sum(self._requests.ticker(symbol).weight for symbol in symbols)
        return singly < self._requests.tickers(symbols).weight

    async def settlements(self, since_ms: int, urgency: Urgency) -> SettlementPage:
        """The first settlements of all symbols from ``since_ms`` on, oldest first."""
        return await self._ask(self._requests.settlements(since_ms), urgency)

    async def candles(self, symbol: str, first_bar: int, limit: int, urgency: Urgency) -> CandleHistory:
        """The first ``limit`` 5m candles from ``first_bar`` on, the forming one included.

        Answers are read one per turn of the event loop.
        """
        request = self._requests.candles(symbol, first_bar, limit)
        answer = await self._call(request, urgency)
        async with self._turns.turn():
            return self._read(request, answer)

    async def _ask(self, request: Request[T], urgency: Urgency = Urgency.LIVE) -> T:
        return self._read(request, await self._call(request, urgency))

    async def _call(self, request: Request[T], urgency: Urgency) -> object:
        for last in (False,) * (_TRIES - 1) + (True,):
            await self._ledger.acquire(request.weight, urgency)
            refusals = self._ledger.refusals
            try:
                return await self._send(request)
            except RequestError:
                # Refused for its weight: the ledger holds everybody back until requests are allowed again.
                if last or self._ledger.refusals == refusals:
                    raise
        raise AssertionError("unreachable")

    async def _send(self, request: Request[T]) -> object:
        self._counters.add("requests")
        try:
            return await request.send()
        except RequestError:
            self._counters.add("requests_failed")
            raise

    def _read(self, request: Request[T], answer: object) -> T:
        try:
            return request.read(answer)
        except MalformedError as problem:
            self._counters.add("requests_failed")
            raise RequestError(f"{request.name}: unusable answer ({problem})") from problem
