"""The REST calls that the streams need, each through the weight ledger."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, TypeAlias

import ccxt
import numpy as np

from companion.ground.clock import Clock
from companion.ground.errors import CompanionError
from companion.market.candles import FIELDS
from companion.streams.counters import Counters
from companion.streams.exchange import StreamExchange
from companion.streams.weight import Urgency, WeightLedger
from companion.tasks.turns import Turns
from hhq.arrays import FloatArray
from hhq.panel import CANDLE_MS

Row: TypeAlias = Mapping[str, Any]
KLINE_COSTS = ((99, 1), (499, 2), (1000, 5), (1500, 10))
"""Largest limit and weight of a request for candles."""
FUNDING_LIMIT = 1000
TICKERS_COST = 40
_TRIES = 3


class RequestError(CompanionError):
    """A request that got no usable answer; the message says which and why."""


class Rest:
    """Typed requests. Each waits for its weight; all raise RequestError."""

    def __init__(
        self,
        exchange: StreamExchange,
        ledger: WeightLedger,
        clock: Clock,
        counters: Counters,
        turns: Turns,
    ) -> None:
        self._exchange = exchange
        self._ledger = ledger
        self._clock = clock
        self._counters = counters
        self._turns = turns

    async def time(self) -> tuple[int, int, int]:
        """The exchange's time, and this machine's before and after, in ms UTC. Weight 1."""
        # The wait for weight must not count as a journey.
        await self._ledger.acquire(1)
        before = self._clock.now_ms()
        answer = await self._send("fapiPublicGetTime", {})
        after = self._clock.now_ms()
        try:
            return int(answer["serverTime"]), before, after
        except (KeyError, TypeError, ValueError) as problem:
            raise self._unusable("time", problem) from problem

    async def exchange_info(self) -> list[Row]:
        """Entries of all symbols. Weight 1."""
        answer = await self._call("fapiPublicGetExchangeInfo", {}, 1)
        symbols = answer.get("symbols") if isinstance(answer, dict) else None
        return self._rows("exchangeInfo", symbols)

    async def funding_info(self) -> list[Row]:
        """Coins whose funding interval is not the usual 8 h. Weight 1."""
        return self._rows("fundingInfo", await self._call("fapiPublicGetFundingInfo", {}, 1))

    async def tickers(self) -> list[Row]:
        """24 h tickers of all symbols. Weight 40."""
        return self._rows("ticker/24hr", await self._call("fapiPublicGetTicker24hr", {}, TICKERS_COST))

    async def ticker(self, symbol: str) -> Row:
        """24 h ticker of one symbol. Weight 1."""
        answer = await self._call("fapiPublicGetTicker24hr", {"symbol": symbol}, 1)
        return self._rows("ticker/24hr", [answer])[0]

    async def funding_rates(self, since_ms: int, urgency: Urgency) -> list[Row]:
        """The first 1,000 settlements of all symbols from ``since_ms`` on, oldest first. Weight 1."""
        query = {"startTime": since_ms, "limit": FUNDING_LIMIT}
        return self._rows("fundingRate", await self._call("fapiPublicGetFundingRate", query, 1, urgency))

    async def candles(
        self, symbol: str, first_bar: int, limit: int, urgency: Urgency
    ) -> tuple[list[int], FloatArray]:
        """The first ``limit`` 5m candles from ``first_bar`` on, the forming one too: bars, values (5, n).

        Answers are read one in each turn of the event loop.
        """
        query = {"symbol": symbol, "interval": "5m", "startTime": first_bar * CANDLE_MS, "limit": limit}
        cost = next(cost for most, cost in KLINE_COSTS if limit <= most)
        answer = await self._call("fapiPublicGetKlines", query, cost, urgency)
        async with self._turns.turn():
            try:
                return _candles(answer)
            except (IndexError, KeyError, TypeError, ValueError) as problem:
                raise self._unusable(f"klines of {symbol}", problem) from problem

    async def _call(
        self, name: str, query: Mapping[str, object], weight: int, urgency: Urgency = Urgency.LIVE
    ) -> Any:
        for last in (False,) * (_TRIES - 1) + (True,):
            await self._ledger.acquire(weight, urgency)
            refusals = self._ledger.refusals
            try:
                return await self._send(name, query)
            except RequestError:
                # Refused for its weight: the ledger holds everybody back until it may be asked again.
                if last or self._ledger.refusals == refusals:
                    raise
        raise AssertionError("unreachable")

    async def _send(self, name: str, query: Mapping[str, object]) -> Any:
        self._counters.add("requests")
        try:
            return await getattr(self._exchange, name)(dict(query))
        except (ccxt.BaseError, OSError, TimeoutError) as problem:
            self._counters.add("requests_failed")
            raise RequestError(f"{name}: {type(problem).__name__} {problem}") from problem

    def _rows(self, name: str, answer: object) -> list[Row]:
        if isinstance(answer, list) and all(isinstance(row, dict) for row in answer):
            return answer
        raise self._unusable(name, TypeError(type(answer).__name__))

    def _unusable(self, name: str, problem: Exception) -> RequestError:
        self._counters.add("requests_failed")
        return RequestError(f"{name}: unusable answer ({problem})")


def _candles(answer: Any) -> tuple[list[int], FloatArray]:
    times = [int(row[0]) for row in answer]
    if any(time % CANDLE_MS for time in times):
        raise ValueError("a candle is not on the 5m clock")
    bars = [time // CANDLE_MS for time in times]
    if any(later <= earlier for earlier, later in pairwise(bars)):
        raise ValueError("candles are not in order")
    # One after the other into the array: hundreds of small lists would call the garbage collector here.
    numbers = (float(text) for row in answer for text in row[1 : 1 + len(FIELDS)])
    values = np.fromiter(numbers, np.float64, len(bars) * len(FIELDS))
    return bars, values.reshape(-1, len(FIELDS)).T
