"""Staleness is each coin's own, and REST stands in for what a stream does not bring."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.context import StreamContext
from companion.streams.repairs import CandleRepairs, backfill_order
from companion.streams.rest import Rest
from companion.streams.status import Staleness
from companion.streams.watch import Watch
from companion.streams.weight import Urgency, WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.requests import BinanceRequests
from companion.venues.binance.venue import BinanceVenue
from companion.venues.events import DayTicker, Message
from hhq.panel import CANDLE_MS
from tests.streams.hand_clock import HandClock

BAR = 5_000_000
WINDOW = 10
CANDLE = ("2.0", "3.0", "1.0", "2.5", "7.0")
COINS = [Coin(f"{name}/USDT:USDT", f"{name}USDT") for name in ("A", "B", "BTC")]


class Scripted:
    """Answers as the exchange does at the time of a clock moved by hand; has no candle of ``without``."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.without: set[str] = set()

    async def fapiPublicGetKlines(self, query: Mapping[str, Any]) -> list[list[Any]]:  # noqa: N802 - ccxt's name
        self.asked.append(("klines", query))
        now_bar = self._clock.now_ms() // CANDLE_MS
        if query["symbol"] in self.without:
            now_bar -= 2
        first = query["startTime"] // CANDLE_MS
        bars = range(first, min(first + query["limit"], now_bar + 1))
        return [[bar * CANDLE_MS, *CANDLE] for bar in bars]

    async def fapiPublicGetTicker24hr(self, query: Mapping[str, Any]) -> Any:  # noqa: N802 - ccxt's name
        self.asked.append(("ticker", query))
        entries = [
            {"symbol": coin.symbol, "lastPrice": "5", "quoteVolume": "10"}
            for coin in COINS
            if query.get("symbol", coin.symbol) == coin.symbol
        ]
        return entries[0] if "symbol" in query else entries


class Room:
    """The watch with its parts around a clock that the test moves."""

    def __init__(self) -> None:
        self.clock = HandClock(BAR * CANDLE_MS + 200_000)
        # With such bots running, the first backfill may use 513 of the 2,160.
        self.ledger = ledger = WeightLedger(ExchangeSettings(), self.clock, lambda: 10_000)
        market = MarketMemory(COINS, window=WINDOW)
        self.context = StreamContext.around(
            BinanceVenue(), market, StreamSettings(), self.clock, Random(1), ledger, Turns()
        )
        self.market = market
        self.exchange = Scripted(self.clock)
        requests = BinanceRequests(self.exchange)
        rest = Rest(requests, ledger, self.clock, self.context.counters, Turns())
        self.repairs = CandleRepairs(self.context, rest)
        self.watch = Watch(self.context, self.repairs, rest)
        for row in range(len(COINS)):
            self.ticker(row)
            for bar in range(BAR - WINDOW, BAR):
                self.candle(row, bar)

    def ticker(self, row: int) -> None:
        event = DayTicker(COINS[row].symbol, self.clock.now_ms(), 2.0, 9.0)
        self.context.intake.take(Message((event,), 0))

    def candle(self, row: int, bar: int) -> None:
        self.context.validator.from_stream(row, bar, (2.0, 3.0, 1.0, 2.5, 7.0))

    async def pass_time(self, seconds: float, *heard: int) -> None:
        """Let time pass, with tickers of the coins ``heard``."""
        for _ in range(round(seconds * 2)):
            await self.clock.advance(0.5)
            for row in heard:
                self.ticker(row)
            self.watch.look()

    def reasons(self, row: int) -> tuple[Staleness, ...]:
        return self.context.staleness.reasons().get(COINS[row].pair, ())


def test_one_fresh_coin_makes_no_other_fresh() -> None:
    async def work() -> None:
        room = Room()
        await room.pass_time(29.0, 0)
        assert room.market.stale == set()
        await room.pass_time(2.0, 0)
        assert room.market.stale == {1, 2}
        assert room.reasons(1) == (Staleness.TICKER,)
        room.ticker(1)
        room.watch.look()
        assert room.market.stale == {2}

    asyncio.run(work())


def test_a_late_ticker_is_as_old_as_the_exchange_says() -> None:
    async def work() -> None:
        room = Room()
        await room.pass_time(60.0, 0, 1)
        old = room.clock.now_ms() - 40_000
        room.context.intake.take(Message((DayTicker("BTCUSDT", old, 2.0, 9.0),), 0))
        room.watch.look()
        assert room.market.stale == {2}

    asyncio.run(work())


def test_a_quiet_coin_is_requested_before_it_is_stale_and_many_with_one_request() -> None:
    async def work() -> None:
        room = Room()
        asking = asyncio.create_task(room.watch.ask_tickers())
        await room.pass_time(28.0, 0)
        assert [query for name, query in room.exchange.asked if name == "ticker"] == [
            {"symbol": "BUSDT"},
            {"symbol": "BTCUSDT"},
        ]
        await room.pass_time(10.0, 0)
        assert room.market.stale == set()
        assert room.context.intake.ticker_over_rest.tolist() == [False, True, True]
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    asyncio.run(work())


def test_an_overdue_candle_is_requested_after_seconds_and_makes_the_coin_stale_after_minutes() -> None:
    async def work() -> None:
        room = Room()
        room.exchange.without = {"BUSDT"}
        worker = asyncio.create_task(room.repairs.work())
        await room.pass_time(100.5, 0, 1, 2)
        room.candle(0, BAR)
        await room.pass_time(2.5, 0, 1, 2)
        assert room.exchange.asked == []
        await room.pass_time(5.0, 0, 1, 2)
        assert {query["symbol"] for _, query in room.exchange.asked} == {"BUSDT", "BTCUSDT"}
        assert room.market.decidable(BAR).tolist() == [True, False, True]
        assert room.market.stale == set()
        await room.pass_time(120.0, 0, 1, 2)
        assert room.market.stale == {1}
        assert room.reasons(1) == (Staleness.CANDLE,)
        # It is requested again and again, but more and more rarely.
        asked = sum(query["symbol"] == "BUSDT" for _, query in room.exchange.asked)
        assert 4 <= asked <= 12
        room.candle(1, BAR)
        room.watch.look()
        assert room.market.stale == set()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(work())


def test_a_hole_is_repaired_with_the_cheapest_request() -> None:
    async def work() -> None:
        room = Room()
        await room.clock.advance(550.0)
        for row in range(3):
            room.ticker(row)
            for bar in (BAR, BAR + 1) if row else (BAR + 1,):
                room.candle(row, bar)
        assert room.reasons(0) == (Staleness.GAP,)
        assert not room.market.decidable(BAR + 1)[0]
        worker = asyncio.create_task(room.repairs.work())
        await room.pass_time(2.0, 0, 1, 2)
        assert [query["limit"] for _, query in room.exchange.asked] == [2]
        assert room.market.decidable(BAR + 1).all()
        assert room.market.stale == set()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(work())


def test_a_coin_that_is_not_backfilled_yet_keeps_its_place_in_the_backfill_whatever_closes_meanwhile() -> (
    None
):
    async def work() -> None:
        room = Room()
        for row, order in ((0, 3.0), (1, 2.0), (2, 1.0)):
            room.context.staleness.mark(row, Staleness.BACKFILL)
            room.repairs.want(row, Urgency.BACKFILL, order)
        await room.pass_time(105.0, 0, 1, 2)
        with room.ledger.backfilling():
            await room.ledger.acquire(513)
            workers = [asyncio.create_task(room.repairs.work()) for _ in range(3)]
            await room.pass_time(50.0, 0, 1, 2)
            assert room.exchange.asked == [], "its overdue candle is not more urgent than the coin"
        await room.pass_time(62.0, 0, 1, 2)
        assert [query["symbol"] for _, query in room.exchange.asked] == ["BTCUSDT", "BUSDT", "AUSDT"]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    asyncio.run(work())


def test_bitcoin_and_ether_are_backfilled_first_then_the_most_traded() -> None:
    volumes = {"X/USDT:USDT": 5.0, "ETH/USDT:USDT": 1.0, "Y/USDT:USDT": 9.0, "BTC/USDT:USDT": 0.0}
    order = sorted(volumes, key=lambda pair: backfill_order(pair, volumes[pair]))
    assert [pair.split("/")[0] for pair in order] == ["BTC", "ETH", "Y", "X"]
