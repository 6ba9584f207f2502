"""Requests are sent with ccxt's names and Binance's parameters, and their failures are reported."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import ccxt
import pytest

from companion.venues.binance.requests import BinanceRequests
from companion.venues.errors import RequestError
from companion.venues.requests import Request, Requests
from tests.venues.binance.samples import BAR


class Exchange:
    """Takes every call and notes it; raises ``problem`` if there is one."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._problem = problem

    def __getattr__(self, name: str) -> Callable[[dict[str, Any]], Awaitable[object]]:
        async def call(query: dict[str, Any]) -> object:
            self.calls.append((name, query))
            if self._problem is not None:
                raise self._problem
            return name

        return call


ALL: dict[str, tuple[Callable[[Requests], Request[Any]], str, dict[str, Any]]] = {
    "time": (lambda r: r.time(), "fapiPublicGetTime", {}),
    "exchangeInfo": (lambda r: r.listings(), "fapiPublicGetExchangeInfo", {}),
    "fundingInfo": (lambda r: r.funding_intervals(), "fapiPublicGetFundingInfo", {}),
    "ticker/24hr": (lambda r: r.tickers(None), "fapiPublicGetTicker24hr", {}),
    "fundingRate": (
        lambda r: r.settlements(17),
        "fapiPublicGetFundingRate",
        {"startTime": 17, "limit": 1000},
    ),
    "klines of AUSDT": (
        lambda r: r.candles("AUSDT", BAR, 499),
        "fapiPublicGetKlines",
        {"symbol": "AUSDT", "interval": "5m", "startTime": BAR * 300_000, "limit": 499},
    ),
}


@pytest.mark.parametrize("name", ALL)
def test_a_request_is_sent_each_time_that_it_is_asked_to_be(name: str) -> None:
    make, method, query = ALL[name]
    exchange = Exchange()
    request = make(BinanceRequests(exchange))
    assert request.name == name
    assert exchange.calls == []
    assert asyncio.run(_twice(request)) == method
    assert exchange.calls == [(method, query), (method, query)]


async def _twice(request: Request[Any]) -> object:
    await request.send()
    return await request.send()


def test_a_single_ticker_is_requested_by_its_symbol() -> None:
    exchange = Exchange()
    asyncio.run(_twice(BinanceRequests(exchange).ticker("AUSDT")))
    assert exchange.calls[0] == ("fapiPublicGetTicker24hr", {"symbol": "AUSDT"})


@pytest.mark.parametrize(
    "problem",
    [
        ccxt.RequestTimeout("late"),
        ccxt.RateLimitExceeded("429"),
        ccxt.BadSymbol("x"),
        OSError("gone"),
        TimeoutError(),
    ],
)
def test_whatever_goes_wrong_is_a_request_without_an_answer(problem: Exception) -> None:
    request = BinanceRequests(Exchange(problem)).time()
    with pytest.raises(RequestError, match=f"fapiPublicGetTime: {type(problem).__name__}"):
        asyncio.run(_twice(request))


def test_a_bug_is_not_taken_for_the_exchange() -> None:
    with pytest.raises(AttributeError):
        asyncio.run(_twice(BinanceRequests(Exchange(AttributeError("a bug"))).time()))
