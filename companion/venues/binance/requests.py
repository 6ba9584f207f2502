"""Requests to Binance's REST API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Any

import ccxt

from companion.venues.binance import weights
from companion.venues.binance.answers import (
    SETTLEMENTS_AN_ANSWER,
    read_candles,
    read_settlements,
    read_ticker,
    read_tickers,
    read_time,
)
from companion.venues.binance.listings import read_funding_intervals, read_listings
from companion.venues.errors import RequestError
from companion.venues.requests import Request
from companion.venues.values import CandleHistory, Listings, SettlementPage, Tickers
from hhq.panel import CANDLE_MS


class BinanceRequests:
    """All requests; ``exchange`` has ccxt's methods of the same names."""

    def __init__(self, exchange: Any) -> None:
        self._exchange = exchange

    def time(self) -> Request[int]:
        """The exchange's clock in ms UTC. Weight 1."""
        return Request("time", weights.ONE_OBJECT, self._call("fapiPublicGetTime"), read_time)

    def listings(self) -> Request[Listings]:
        """The coins that trade now, and their rules. Weight 1."""
        send = self._call("fapiPublicGetExchangeInfo")
        return Request("exchangeInfo", weights.ONE_OBJECT, send, read_listings)

    def funding_intervals(self) -> Request[Mapping[str, float]]:
        """Coins whose funding interval is not the usual 8 h. Weight 1."""
        send = self._call("fapiPublicGetFundingInfo")
        return Request("fundingInfo", weights.ONE_OBJECT, send, read_funding_intervals)

    def tickers(self, wanted: Collection[str] | None) -> Request[Tickers]:
        """24 h tickers of these symbols (None: all), from an answer that holds all. Weight 40."""
        send = self._call("fapiPublicGetTicker24hr")
        return Request("ticker/24hr", weights.ALL_TICKERS, send, partial(read_tickers, wanted=wanted))

    def ticker(self, symbol: str) -> Request[Tickers]:
        """24 h ticker of one symbol. Weight 1."""
        send = self._call("fapiPublicGetTicker24hr", symbol=symbol)
        return Request("ticker/24hr", weights.ONE_OBJECT, send, read_ticker)

    def settlements(self, since_ms: int) -> Request[SettlementPage]:
        """The first 1,000 settlements of all symbols from ``since_ms`` on, oldest first. Weight 1."""
        send = self._call("fapiPublicGetFundingRate", startTime=since_ms, limit=SETTLEMENTS_AN_ANSWER)
        return Request("fundingRate", weights.ONE_OBJECT, send, read_settlements)

    def candles(self, symbol: str, first_bar: int, limit: int) -> Request[CandleHistory]:
        """The first ``limit`` 5m candles from ``first_bar`` on, the forming one included. Weight 1 to 10."""
        send = self._call(
            "fapiPublicGetKlines", symbol=symbol, interval="5m", startTime=first_bar * CANDLE_MS, limit=limit
        )
        return Request(f"klines of {symbol}", weights.weight_of_candles(limit), send, read_candles)

    def _call(self, name: str, **query: object) -> Callable[[], Awaitable[object]]:
        async def send() -> object:
            try:
                answer: object = await getattr(self._exchange, name)(dict(query))
            except (ccxt.BaseError, OSError, TimeoutError) as problem:
                raise RequestError(f"{name}: {type(problem).__name__} {problem}") from problem
            return answer

        return send
