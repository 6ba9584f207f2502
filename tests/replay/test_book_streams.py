"""Update numbers of the order book: one sequence over snapshots, depth streams and best bid and ask."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from companion.replay.clock import ManualClock
from companion.replay.held_books import BOOK, RPI_BOOK, HeldBooks
from companion.replay.market import Market
from tests.replay.sample_market import BASE, BEGIN
from tests.replay.server import RunningExchange
from tests.replay.stream_client import clock_of, connected, run

DEPTH_STREAMS = ("depth5", "depth10@100ms", "depth20@500ms", "depth", "depth@500ms", "rpiDepth@500ms")


def check_numbers(event: dict[str, Any]) -> None:
    assert event["pu"] < event["U"] <= event["u"]


@pytest.mark.parametrize("stream", DEPTH_STREAMS)
def test_from_the_first_event_on_the_update_numbers_are_ordered_and_contiguous(
    running: RunningExchange, stream: str
) -> None:
    async def work() -> None:
        async with connected(running, "/public/ws") as client:
            await client.subscribe(f"btcusdt@{stream}")
            events = []
            for _ in range(4):
                clock_of(running).advance(1_300)
                events.append(await client.read())
            for event in events:
                check_numbers(event)
            for before, after in pairwise(events):
                assert after["pu"] == before["u"]

    run(work)


def test_the_first_event_of_a_coin_listed_later_is_in_order_as_well(market: Market) -> None:
    listing = BEGIN + 1_728 * BASE

    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("newxusdt@depth5")
            clock_of(running).set(listing)
            check_numbers(await client.read())

    with RunningExchange(market, ManualClock(listing - 10_000)) as running:
        run(lambda: work(running))


def test_the_best_bid_and_ask_are_those_of_the_depth_with_the_same_number(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@bookTicker", "btcusdt@depth5")
            best: dict[int, tuple[str, ...]] = {}
            top: dict[int, tuple[str, ...]] = {}
            while len(best.keys() & top.keys()) < 8:
                clock_of(running).advance(2_000)
                number = clock_of(running).now()
                await client.until(lambda m, now=number: m["u"] == now)  # type: ignore[misc]
                depth = running.get("v1/depth", symbol="BTCUSDT", limit=5).json()
                top[depth["lastUpdateId"]] = (*depth["bids"][0], *depth["asks"][0])
                ticker = running.get("v1/ticker/bookTicker", symbol="BTCUSDT").json()
                names = ("bidPrice", "bidQty", "askPrice", "askQty")
                best[ticker["lastUpdateId"]] = tuple(ticker[name] for name in names)
            for number in best.keys() & top.keys():
                assert best[number] == top[number]

    run(work)


def test_quotes_over_rest_and_stream_have_one_number_and_it_never_falls_behind_the_depth(
    running: RunningExchange,
) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@bookTicker")
            event = await client.read()
            ticker = running.get("v1/ticker/bookTicker", symbol="BTCUSDT").json()
            assert event["u"] == ticker["lastUpdateId"]
            assert (event["b"], event["a"]) == (ticker["bidPrice"], ticker["askPrice"])
            depth = running.get("v1/depth", symbol="BTCUSDT", limit=5).json()
            assert depth["lastUpdateId"] <= ticker["lastUpdateId"]

    run(work)


def test_the_rpi_book_joins_its_own_snapshot(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running, "/public/ws") as client:
            await client.subscribe("btcusdt@rpiDepth@500ms")
            clock_of(running).advance(900)
            first = await client.read()
            snapshot = running.get("v1/rpiDepth", symbol="BTCUSDT", limit=1000).json()
            assert snapshot["lastUpdateId"] == first["u"]
            sides = {name: dict(snapshot[name]) for name in ("bids", "asks")}
            clock_of(running).advance(5_000)
            event = await client.read()
            assert event["pu"] == snapshot["lastUpdateId"]
            now = running.get("v1/rpiDepth", symbol="BTCUSDT").json()
            for name, key in (("bids", "b"), ("asks", "a")):
                sides[name].update(event[key])
                kept = {price: size for price, size in sides[name].items() if float(size) > 0.0}
                assert kept == dict(now[name])

    run(work)


def test_a_snapshot_follows_the_clock_only_when_the_last_stream_of_its_book_has_ended() -> None:
    held, one, other = HeldBooks(), object(), object()
    held.hold(one, BOOK, "BTCUSDT", 100)
    held.hold(other, BOOK, "BTCUSDT", 100)
    held.release(one, BOOK, "BTCUSDT")
    assert held.instant(BOOK, "BTCUSDT", 900) == 100
    assert held.instant(RPI_BOOK, "BTCUSDT", 900) == held.instant(BOOK, "ETHUSDT", 900) == 900
    held.release(other, BOOK, "BTCUSDT")
    held.release(other, BOOK, "BTCUSDT")
    assert held.instant(BOOK, "BTCUSDT", 900) == 900
