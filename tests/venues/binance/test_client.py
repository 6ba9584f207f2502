"""Connections by the real ccxt.pro client: texts, answers, ends and refusals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
import websockets
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from companion.venues.binance.venue import BinanceVenue
from companion.venues.errors import TransportError
from companion.venues.events import CommandAnswer
from companion.venues.request_weight import WeightReport
from companion.venues.transport import Command, StreamKind
from companion.venues.venue import VenueClient

Serve = Callable[[websockets.ServerConnection], Awaitable[None]]
Refuse = Callable[[websockets.ServerConnection, Request], Response | None]


@asynccontextmanager
async def served(
    serve: Serve, refuse: Refuse | None = None
) -> AsyncIterator[tuple[VenueClient, list[WeightReport]]]:
    """A client of a server that behaves as the test says, and the weight that was booked."""
    reports: list[WeightReport] = []
    async with (
        asyncio.timeout(30.0),
        websockets.serve(serve, "127.0.0.1", 0, process_request=refuse) as server,
    ):
        port = server.sockets[0].getsockname()[1]
        client = BinanceVenue(f"http://127.0.0.1:{port}/").connect(reports.append)
        try:
            yield client, reports
        finally:
            await client.close()


async def echo(connection: websockets.ServerConnection) -> None:
    """Send every command back, with its number, as a text that is no answer."""
    async for text in connection:
        await connection.send(json.dumps({"heard": json.loads(text)}))


def test_texts_are_delivered_as_they_came_and_answers_go_to_whoever_waits() -> None:
    async def work() -> None:
        async with served(echo) as (client, _):
            transport = client.transport
            texts: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
            transport.deliver_to(lambda address, text: texts.put_nowait((address, text)))
            first, second = (transport.address(StreamKind.CANDLES, number) for number in (1, 2))
            assert first != second
            asked = asyncio.ensure_future(transport.command(first, Command.SUBSCRIBE, ["a@kline_5m"], 7))
            address, text = await texts.get()
            assert address == first
            assert json.loads(text) == {"heard": {"method": "SUBSCRIBE", "params": ["a@kline_5m"], "id": 7}}
            transport.acknowledge(second, CommandAnswer("7", "of another connection"))
            transport.acknowledge(first, CommandAnswer("8", "of another command"))
            transport.acknowledge(first, CommandAnswer("7", "", ("a@kline_5m",)))
            assert await asked == CommandAnswer("7", "", ("a@kline_5m",))

    asyncio.run(work())


def test_subscriptions_are_listed_without_parameters() -> None:
    async def work() -> None:
        async with served(echo) as (client, _):
            texts: asyncio.Queue[str] = asyncio.Queue()
            client.transport.deliver_to(lambda _address, text: texts.put_nowait(text))
            address = client.transport.address(StreamKind.MARKET, 1)
            asked = asyncio.ensure_future(
                client.transport.command(address, Command.LIST_SUBSCRIPTIONS, [], 1)
            )
            assert json.loads(await texts.get()) == {"heard": {"method": "LIST_SUBSCRIPTIONS", "id": 1}}
            asked.cancel()

    asyncio.run(work())


def test_a_connection_that_ends_says_so_to_everybody_who_waits() -> None:
    async def end_at_once(connection: websockets.ServerConnection) -> None:
        await connection.recv()
        await connection.close(1011, "maintenance")

    async def work() -> None:
        async with served(end_at_once) as (client, _):
            address = client.transport.address(StreamKind.BOOKS, 1)
            ended = asyncio.ensure_future(client.transport.ended(address))
            with pytest.raises(TransportError):
                await client.transport.command(address, Command.SUBSCRIBE, ["a@bookTicker"], 1)
            await asyncio.wait((ended,))
            assert str(ended.exception())

    asyncio.run(work())


def test_a_server_that_is_not_there_is_a_failed_connection() -> None:
    async def work() -> None:
        client = BinanceVenue("http://127.0.0.1:1").connect(lambda _report: None)
        try:
            address = client.transport.address(StreamKind.TRADES, 1)
            with pytest.raises(TransportError):
                await client.transport.command(address, Command.SUBSCRIBE, ["a@aggTrade"], 1)
        finally:
            await client.close()

    asyncio.run(work())


def test_whoever_waits_on_a_connection_that_is_hung_up_is_released() -> None:
    async def work() -> None:
        async with served(echo) as (client, _):
            heard = asyncio.Event()
            client.transport.deliver_to(lambda _address, _text: heard.set())
            address = client.transport.address(StreamKind.BOOKS, 1)
            asked = asyncio.ensure_future(client.transport.command(address, Command.SUBSCRIBE, ["a"], 1))
            await heard.wait()
            client.transport.hang_up(address)
            await asyncio.wait((asked,))
            assert asked.cancelled()

    asyncio.run(work())


def test_a_refused_handshake_is_booked_like_a_refused_request() -> None:
    def refuse(_connection: websockets.ServerConnection, _request: Request) -> Response:
        headers = Headers({"Retry-After": "7", "Content-Length": "0"})
        return Response(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", headers, b"")

    async def work() -> None:
        async with served(echo, refuse) as (client, reports):
            address = client.transport.address(StreamKind.BOOKS, 1)
            with pytest.raises(TransportError):
                await client.transport.command(address, Command.SUBSCRIBE, ["a@bookTicker"], 1)
            assert reports == [WeightReport(429, None, 7.0)]

    asyncio.run(work())
