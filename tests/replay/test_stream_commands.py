"""Paths, commands and limits of WebSocket connections."""

from __future__ import annotations

import httpx
import pytest
import websockets

from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from companion.replay.streams.connection import Connection, StreamLimits, send_text
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE
from tests.replay.server import RunningExchange
from tests.replay.stream_client import clock_of, connected, run


@pytest.mark.parametrize("path", ["/ws", "/ws/3", "/market/ws/0", "/public/ws/49", "/market/ws"])
def test_raw_paths_take_subscriptions(running: RunningExchange, path: str) -> None:
    async def work() -> None:
        async with connected(running, path) as client:
            await client.subscribe("ethusdt@ticker")
            assert (await client.read())["e"] == "24hrTicker"

    run(work)


def test_streams_named_in_the_path_start_at_once(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running, "/ws/btcusdt@markPrice") as client:
            assert (await client.read())["e"] == "markPriceUpdate"
        async with connected(running, "/stream?streams=btcusdt@markPrice/ethusdt@bookTicker") as client:
            messages = [await client.read() for _ in range(2)]
            assert {m["stream"] for m in messages} == {"btcusdt@markPrice", "ethusdt@bookTicker"}
            assert {m["data"]["s"] for m in messages} == {"BTCUSDT", "ETHUSDT"}

    run(work)


def test_subscriptions_are_listed_and_removed(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@trade", "ethusdt@trade")
            await client.send("UNSUBSCRIBE", "btcusdt@trade", "nosuch@trade", number="text")
            assert await client.read() == {"result": None, "id": "text"}
            await client.send("LIST_SUBSCRIPTIONS", number=7)
            assert await client.read() == {"result": ["ethusdt@trade"], "id": 7}

    run(work)


def test_properties_switch_to_combined_events(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.send("GET_PROPERTY", "combined", number=2)
            assert await client.read() == {"result": False, "id": 2}
            await client.send("SET_PROPERTY", *("combined", True), number=3)
            assert await client.read() == {"result": None, "id": 3}
            await client.subscribe("btcusdt@bookTicker")
            assert (await client.read())["stream"] == "btcusdt@bookTicker"

    run(work)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", 3),
        ("[]", 2),
        ('{"method": "DANCE", "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": [], "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": [5], "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": ["btcusdt@ticker"], "id": {}}', 2),
        ('{"method": "SET_PROPERTY", "params": ["split", true], "id": 1}', 0),
        ('{"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}', 1),
    ],
)
def test_a_bad_command_is_refused_and_the_connection_lives(
    running: RunningExchange, text: str, code: int
) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.socket.send(text)
            assert (await client.read())["error"]["code"] == code
            await client.subscribe("btcusdt@ticker")

    run(work)


def test_an_unknown_symbol_is_accepted_and_stays_silent(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("nosuchusdt@bookTicker")
            clock_of(running).advance(BASE)
            assert await client.waits()

    run(work)


NO_STREAMS = (
    "btcusdt@dance",
    "btcusdt@kline_1m",
    "btcusdt_next_quarter@continuousKline_5m",
    "!nothing@arr",
    "x",
)


def test_names_that_are_no_streams_are_acknowledged_stay_silent_and_are_named_in_the_status(
    running: RunningExchange,
) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe(*NO_STREAMS, "btcusdt@bookTicker")
            assert (await client.read())["e"] == "bookTicker"
            clock_of(running).advance(2_000)
            assert (await client.read())["e"] == "bookTicker"
            await client.send("LIST_SUBSCRIPTIONS", number=7)
            assert await client.read() == {"result": [*NO_STREAMS, "btcusdt@bookTicker"], "id": 7}
            status = httpx.get(f"{running.url}/replay/status").json()["connections"]
            assert status["no_streams"] == sorted(NO_STREAMS)
            await client.send("UNSUBSCRIBE", *NO_STREAMS)
            await client.until(lambda m: m.get("id") == 1)
            status = httpx.get(f"{running.url}/replay/status").json()["connections"]
            assert (status["streams"], status["no_streams"]) == ([1], [])

    run(work)


@pytest.mark.parametrize("path", ["/ws/{}", "/stream?streams={}", "/market/stream?streams={}"])
def test_an_unknown_name_in_the_address_does_not_end_the_connection(
    running: RunningExchange, path: str
) -> None:
    async def work() -> None:
        async with connected(running, path.format("btcusdt@dance/ethusdt@bookTicker")) as client:
            message = await client.read()
            assert message.get("data", message)["s"] == "ETHUSDT"
            await client.subscribe("solusdt@bookTicker")

    run(work)


def test_more_streams_than_allowed_are_refused(market: Market) -> None:
    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@trade", "ethusdt@trade")
            await client.send("SUBSCRIBE", "solusdt@trade")
            assert "too many streams" in (await client.read())["error"]["msg"]
            await client.subscribe("btcusdt@trade")

    options = AppOptions(stream_limits=StreamLimits(streams=2))
    with RunningExchange(market, ManualClock(NOON), options) as running:
        run(lambda: work(running))


def test_more_than_ten_messages_a_second_end_the_connection(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            for number in range(15):
                await client.send("LIST_SUBSCRIPTIONS", number=number)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.until(lambda _: False)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008

    run(work)


def test_a_connection_ends_after_its_lifetime_and_its_streams_with_it(market: Market) -> None:
    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@depth")
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.until(lambda _: False)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001

    options = AppOptions(stream_limits=StreamLimits(lifetime=0.3))
    with RunningExchange(market, ManualClock(NOON), options) as running:
        run(lambda: work(running))


def test_every_message_passes_the_outlet_so_that_faults_can_be_put_there(market: Market) -> None:
    passed: list[str] = []

    async def outlet(connection: Connection, text: str) -> None:
        passed.append(text)
        if '"bookTicker"' not in text:
            await send_text(connection, text)

    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@bookTicker", "btcusdt@markPrice")
            assert (await client.read())["e"] == "markPriceUpdate"

    with RunningExchange(market, ManualClock(NOON), AppOptions(outlet=outlet)) as running:
        run(lambda: work(running))
    assert any('"bookTicker"' in text for text in passed)
