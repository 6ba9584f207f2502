"""Requests pass the ledger, are tried again after a refusal, and their answers are read or reported as useless."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from companion.settings.exchange import ExchangeSettings
from companion.streams.counters import Counters
from companion.streams.rest import Rest
from companion.streams.weight import Urgency, WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.requests import BinanceRequests
from companion.venues.errors import RequestError
from companion.venues.request_weight import WeightReport
from tests.streams.hand_clock import HandClock


class Answering:
    """An exchange with one answer after another; an answer that is an exception is raised."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.before: Callable[[], None] = lambda: None

    def __getattr__(self, _name: str) -> Callable[[dict[str, Any]], Awaitable[object]]:
        async def call(_query: dict[str, Any]) -> object:
            self.before()
            answer = self._answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


class Desk:
    """REST with its parts around a clock that the test moves."""

    def __init__(self, *answers: object) -> None:
        self.clock, self.counters = HandClock(), Counters()
        self.ledger = WeightLedger(ExchangeSettings(), self.clock)
        self.exchange = Answering(*answers)
        self.rest = Rest(BinanceRequests(self.exchange), self.ledger, self.clock, self.counters, Turns())


def test_an_answer_of_no_use_is_a_failed_request_that_names_it() -> None:
    desk = Desk({"code": -1121, "msg": "Invalid symbol."})
    with pytest.raises(RequestError, match=r"^klines of AUSDT: unusable answer \("):
        asyncio.run(desk.rest.candles("AUSDT", 1, 2, Urgency.LIVE))
    assert (desk.counters["requests"], desk.counters["requests_failed"]) == (1, 1)


def test_a_request_that_fails_is_not_repeated() -> None:
    desk = Desk(TimeoutError("late"), {"serverTime": 1})
    with pytest.raises(RequestError, match="fapiPublicGetTicker24hr: TimeoutError late"):
        asyncio.run(desk.rest.ticker("AUSDT"))
    assert (desk.counters["requests"], desk.counters["requests_failed"]) == (1, 1)


def test_a_request_that_was_refused_for_its_weight_waits_and_is_sent_again() -> None:
    async def work() -> None:
        desk = Desk(OSError("429"), [])
        refusals = [WeightReport(429, None, 5.0)]
        desk.exchange.before = lambda: desk.ledger.answered(refusals.pop() if refusals else WeightReport(200))
        asked = asyncio.create_task(desk.rest.settlements(0, Urgency.LIVE))
        for _ in range(4):
            await desk.clock.advance(1.0)
        assert not asked.done()
        for _ in range(3):
            await desk.clock.advance(1.0)
        assert (await asked).is_last
        assert (desk.counters["requests"], desk.counters["requests_failed"]) == (2, 1)

    asyncio.run(work())


def test_the_round_trip_of_a_time_request_is_measured_without_the_wait_for_weight() -> None:
    async def work() -> None:
        desk = Desk({"serverTime": 17})
        await desk.ledger.acquire(desk.ledger.budget)
        begun = desk.clock.now_ms()
        asked = asyncio.create_task(desk.rest.time())
        while not asked.done():
            await desk.clock.advance(1.0)
        exchange_ms, before, after = await asked
        assert exchange_ms == 17
        assert before == after > begun + 60_000

    asyncio.run(work())


def test_listings_without_a_coin_are_of_no_use() -> None:
    desk = Desk({"symbols": [{"symbol": "X"}]}, [])
    with pytest.raises(RequestError, match="exchangeInfo names no USDT perpetual that trades"):
        asyncio.run(desk.rest.listings())
    assert desk.counters["listings_broken"] == 1


@pytest.mark.parametrize(("coins", "singly"), [(1, True), (39, True), (40, False), (500, False)])
def test_tickers_are_requested_one_by_one_while_that_is_cheaper(coins: int, *, singly: bool) -> None:
    symbols = [f"C{number}USDT" for number in range(coins)]
    assert Desk().rest.are_cheaper_singly(symbols) is singly
