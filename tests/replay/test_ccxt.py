"""The unmodified ccxt and ccxt.pro clients (binanceusdm) against the exchange at 60x."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import ccxt
import ccxt.pro
import pytest

from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN, CRASH_ROW, DAY
from tests.replay.server import RunningExchange, fast_clock

BTC, ETH, SOL = "BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"


def settings(running: RunningExchange) -> dict[str, Any]:
    return {
        "enableRateLimit": False,
        "options": {"fetchMarkets": {"types": ["linear"]}, "fetchCurrencies": False},
        "urls": {
            "api": {
                "fapiPublic": f"{running.url}/fapi/v1",
                "fapiPublicV2": f"{running.url}/fapi/v2",
                "fapiPrivate": f"{running.url}/fapi/v1",
                "fapiPrivateV2": f"{running.url}/fapi/v2",
                "fapiPrivateV3": f"{running.url}/fapi/v3",
                "ws": {"linear": f"{running.ws}/ws"},
            }
        },
    }


@pytest.fixture(scope="module")
def fast(market: Market) -> Iterator[RunningExchange]:
    with RunningExchange(market, fast_clock(NOON)) as running:
        yield running


@pytest.fixture(scope="module")
def client(still: RunningExchange) -> ccxt.binanceusdm:
    exchange = ccxt.binanceusdm(settings(still))
    exchange.load_markets()
    return exchange


def watch(running: RunningExchange, work: Callable[[Any], Awaitable[None]]) -> None:
    async def bounded() -> None:
        exchange = ccxt.pro.binanceusdm(settings(running))
        try:
            await exchange.load_markets()
            await asyncio.wait_for(work(exchange), 40.0)
        finally:
            await exchange.close()

    asyncio.run(bounded())


def test_markets_have_precision_limits_and_state(client: ccxt.binanceusdm) -> None:
    market = client.market(BTC)
    assert (market["swap"], market["linear"], market["active"]) == (True, True, True)
    assert market["precision"] == {"amount": 0.001, "price": 0.1, "base": 1e-8, "quote": 1e-8}
    assert market["limits"]["cost"]["min"] == 5.0
    assert client.market("TINY/USDT:USDT")["precision"]["price"] == 1e-8
    assert client.market("GONE/USDT:USDT")["active"] is False


def test_candles_tickers_and_funding_are_parsed(client: ccxt.binanceusdm) -> None:
    candles = client.fetch_ohlcv(BTC, "5m", limit=1000)
    assert len(candles) == 1000
    assert candles[-1][0] == NOON // BASE * BASE
    assert client.fetch_ticker(BTC)["last"] == candles[-1][4]
    assert set(client.fetch_tickers()) == {BTC, ETH, SOL, "TINY/USDT:USDT", "NEWX/USDT:USDT"}
    assert client.fetch_time() == NOON
    history = client.fetch_funding_rate_history(SOL, since=BEGIN, limit=1000)
    assert [row["timestamp"] for row in history[:3]] == [BEGIN, BEGIN + DAY // 6, BEGIN + DAY // 3]
    assert client.fetch_funding_rate(BTC)["fundingTimestamp"] > NOON
    assert client.fetch_funding_rates()["TINY/USDT:USDT"]["fundingRate"] is None
    assert client.fetch_funding_intervals()[SOL]["interval"] == "4h"
    assert client.fetch_mark_ohlcv(ETH, "1h", limit=3)[0][1] > 0.0
    assert client.fetch_bids_asks([BTC])[BTC]["bid"] < client.fetch_last_prices([BTC])[BTC]["price"] * 1.001
    assert client.fetch_open_interest(BTC)["openInterestAmount"] > 0.0


def test_books_and_trades_are_parsed(client: ccxt.binanceusdm) -> None:
    book = client.fetch_order_book(BTC, 20)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(book["bids"]) == 20
    trades = client.fetch_trades(BTC, limit=10)
    assert {trade["side"] for trade in trades} <= {"buy", "sell"}
    assert trades[-1]["price"] == client.fetch_ticker(BTC)["last"]


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ccxt.BadSymbol, lambda client: client.fapiPublicGetKlines({"symbol": "NO", "interval": "5m"})),
        (ccxt.BadRequest, lambda client: client.fapiPublicGetKlines({"symbol": "BTCUSDT", "interval": "7m"})),
        (ccxt.BadRequest, lambda client: client.fapiPublicGetKlines({"interval": "5m"})),
        (ccxt.AuthenticationError, lambda client: client.fapiPrivateV3GetAccount()),
    ],
)
def test_refusals_become_ccxts_own_errors(
    still: RunningExchange, error: type[Exception], call: Callable[[Any], Any]
) -> None:
    keyed = ccxt.binanceusdm({**settings(still), "apiKey": "k", "secret": "s"})
    with pytest.raises(error):
        call(keyed)


def test_candles_are_watched(fast: RunningExchange) -> None:
    async def work(exchange: Any) -> None:
        seen: set[int] = set()
        while len(seen) < 2:
            candles = await exchange.watch_ohlcv(BTC, "5m")
            seen.update(candle[0] for candle in candles)
        assert max(seen) - min(seen) == BASE

    watch(fast, work)


def test_the_whole_markets_tickers_quotes_and_mark_prices_are_watched(fast: RunningExchange) -> None:
    async def work(exchange: Any) -> None:
        tickers: dict[str, Any] = {}
        marks: dict[str, Any] = {}
        # Quotes come one by one; the client keeps the latest of each coin.
        while len(tickers) < 4 or len(exchange.bidsasks) < 4 or len(marks) < 5:
            tickers.update(await exchange.watch_tickers())
            await exchange.watch_bids_asks()
            marks.update(await exchange.watch_mark_prices())
        quotes = exchange.bidsasks
        assert tickers[BTC]["last"] > 0.0
        assert quotes[BTC]["bid"] < quotes[BTC]["ask"]
        assert marks[SOL]["markPrice"] > 0.0

    watch(fast, work)


def test_single_coins_are_watched(fast: RunningExchange) -> None:
    async def work(exchange: Any) -> None:
        assert (await exchange.watch_ticker(ETH))["last"] > 0.0
        assert await exchange.watch_tickers([BTC, ETH])
        assert (await exchange.watch_bids_asks([BTC]))[BTC]["bidVolume"] > 0.0
        assert (await exchange.watch_mark_price(BTC))["info"]["r"] != ""
        assert (await exchange.watch_trades(BTC))[-1]["amount"] > 0.0
        many = await exchange.watch_ohlcv_for_symbols([[BTC, "5m"], [ETH, "1h"]])
        assert set(many) <= {BTC, ETH}

    watch(fast, work)


def test_the_order_book_is_kept_without_a_checksum_error(fast: RunningExchange) -> None:
    async def work(exchange: Any) -> None:
        for _ in range(25):
            book = await exchange.watch_order_book(BTC)
            assert book["bids"][0][0] < book["asks"][0][0]
        many = await exchange.watch_order_book_for_symbols([ETH, SOL])
        assert many["nonce"] is not None

    watch(fast, work)


def test_liquidations_are_watched(market: Market) -> None:
    async def work(exchange: Any) -> None:
        seen = await exchange.watch_liquidations_for_symbols([])
        assert seen[-1]["symbol"] == ETH
        assert seen[-1]["side"] == "sell"

    with RunningExchange(market, fast_clock(BEGIN + CRASH_ROW * BASE - 100_000, 100.0)) as running:
        watch(running, work)


def test_a_ban_becomes_ccxts_ddos_protection(market: Market) -> None:
    options = AppOptions(weight_limit=3, real=lambda: 600_000.0)
    with RunningExchange(market, ManualClock(NOON), options) as running:
        exchange = ccxt.binanceusdm(settings(running))
        for _ in range(3):
            assert exchange.fetch_time() == NOON
        with pytest.raises(ccxt.DDoSProtection, match="429"):
            exchange.fetch_time()
