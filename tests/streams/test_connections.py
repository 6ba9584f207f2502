"""Sockets and groups against the real exchange: refused streams; limits on commands, dials and streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest
import websockets

from companion.ground.clock import SystemClock
from companion.market.memory import MarketMemory
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from companion.replay.streams.connection import StreamLimits
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.connection import Connection
from companion.streams.context import StreamContext
from companion.streams.group import StreamGroup
from companion.streams.socket import Dialer, DialError, Socket
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.venue import BinanceVenue
from companion.venues.events import CommandAnswer
from companion.venues.transport import Command, StreamKind
from tests.replay.conftest import NOON
from tests.replay.server import RunningExchange

SETTINGS = StreamSettings(
    quiet_seconds=0.5, silence_seconds=2.0, backoff_seconds=0.05, longest_backoff_seconds=1.0
)


@asynccontextmanager
async def room(url: str, settings: StreamSettings = SETTINGS) -> AsyncIterator[tuple[StreamContext, Dialer]]:
    venue, clock = BinanceVenue(url), SystemClock()
    ledger = WeightLedger(ExchangeSettings(), clock)
    context = StreamContext.around(venue, MarketMemory(), settings, clock, Random(1), ledger, Turns())
    client = venue.connect(lambda _report: None)
    try:
        async with asyncio.timeout(60.0):
            yield context, Dialer(context, client.transport)
    finally:
        await client.close()


def streams_at(running: RunningExchange) -> list[set[str]]:
    return [set(connection.streams) for connection in tuple(running.app.state.connections)]


def test_a_stream_that_the_exchange_refuses_does_not_take_the_others_with_it(market: Market) -> None:
    async def work(running: RunningExchange) -> None:
        async with room(running.url) as (context, dialer):
            good = [f"coin{number}@kline_5m" for number in range(130)]
            socket = await dialer.dial(StreamKind.CANDLES, [*good, "one too many"], lambda: None)
            assert streams_at(running) == [set(good)]
            assert socket.refused == {"one too many"}
            assert context.counters["streams_refused"] == 1
            dialer.hang_up(socket)

    # A name that is no stream would be acknowledged; what the exchange refuses is one stream more than it allows.
    options = AppOptions(stream_limits=StreamLimits(streams=130))
    with RunningExchange(market, ManualClock(NOON), options) as running:
        asyncio.run(work(running))


class _Answering:
    """An exchange whose answer the test supplies."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[CommandAnswer] = asyncio.get_running_loop().create_future()

    def ended(self, _url: str) -> asyncio.Future[object]:
        return asyncio.get_running_loop().create_future()

    def command(self, *_: object) -> asyncio.Future[CommandAnswer]:
        return self.answer


def test_a_task_that_is_cancelled_as_the_answer_comes_ends() -> None:
    async def work() -> None:
        clock = SystemClock()
        ledger = WeightLedger(ExchangeSettings(), clock)
        context = StreamContext.around(
            BinanceVenue(), MarketMemory(), SETTINGS, clock, Random(1), ledger, Turns()
        )
        exchange = _Answering()
        socket = Socket(exchange, "ws://exchange", context, lambda: None)  # type: ignore[arg-type]
        command = asyncio.create_task(socket.command(Command.SUBSCRIBE, ["btcusdt@bookTicker"]))
        await asyncio.sleep(0)
        exchange.answer.set_result(CommandAnswer("1"))
        command.cancel()
        await asyncio.wait((command,))
        assert command.cancelled()
        socket.ended.cancel()

    asyncio.run(work())


def test_streams_are_spread_over_connections_and_stay_where_they_are(running: RunningExchange) -> None:
    async def work() -> None:
        async with room(running.url) as (context, dialer):
            group = StreamGroup("books", 3, lambda name: Connection(name, StreamKind.BOOKS, context, dialer))
            serving = asyncio.create_task(group.run())
            names = [f"coin{number}@bookTicker" for number in range(8)]

            def wanted() -> list[int]:
                return [len(connection.wanted) for connection in group.connections]

            async def subscribed() -> None:
                while sorted(map(sorted, streams_at(running))) != sorted(
                    sorted(connection.wanted) for connection in group.connections
                ):
                    await asyncio.sleep(0.02)

            await group.want(names[:7])
            assert wanted() == [3, 3, 1]
            await subscribed()
            first = group.connections[0]
            await group.want(names[1:])
            assert wanted() == [3, 3, 1]
            assert group.connections[0] is first
            await subscribed()
            await group.want(names[:3])
            await subscribed()
            assert len(group.connections) == 1
            await group.want(())
            await subscribed()
            assert list(group.connections) == []
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(work())


def test_connections_are_opened_no_faster_than_the_exchange_allows(running: RunningExchange) -> None:
    async def work() -> None:
        settings = SETTINGS.model_copy(update={"dials_a_minute": 3})
        async with room(running.url, settings) as (_, dialer):
            sockets = [
                await dialer.dial(StreamKind.CANDLES, ["btcusdt@kline_5m"], lambda: None) for _ in range(3)
            ]
            fourth = asyncio.create_task(dialer.dial(StreamKind.CANDLES, ["btcusdt@kline_5m"], lambda: None))
            done, _ = await asyncio.wait({fourth}, timeout=1.0)
            assert not done
            fourth.cancel()
            await asyncio.gather(fourth, return_exceptions=True)
            for socket in sockets:
                dialer.hang_up(socket)

    asyncio.run(work())


def test_a_connection_that_opens_after_it_was_given_up_is_closed() -> None:
    async def work() -> None:
        may_answer, opened, closed = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def late(_connection: websockets.ServerConnection, _request: object) -> None:
            await may_answer.wait()

        async def serve(connection: websockets.ServerConnection) -> None:
            opened.set()
            await connection.wait_closed()
            closed.set()

        async with websockets.serve(serve, "127.0.0.1", 0, process_request=late) as server:
            port = server.sockets[0].getsockname()[1]
            settings = SETTINGS.model_copy(update={"silence_seconds": 0.6})
            async with room(f"http://127.0.0.1:{port}", settings) as (_, dialer):
                with pytest.raises(DialError):
                    await dialer.dial(StreamKind.CANDLES, ["btcusdt@kline_5m"], lambda: None)
                may_answer.set()
                await opened.wait()
                await closed.wait()

    asyncio.run(work())


def test_a_dead_connection_is_replaced_without_waiting_for_its_goodbye() -> None:
    async def work() -> None:
        opened: list[websockets.ServerConnection] = []
        twice = asyncio.Event()

        async def serve(connection: websockets.ServerConnection) -> None:
            opened.append(connection)
            await connection.send(
                json.dumps({"result": None, "id": json.loads(await connection.recv())["id"]})
            )
            if len(opened) == 1:
                # Nothing that the client says arrives any more, nor does it get an answer.
                connection.transport.pause_reading()
            else:
                twice.set()
            await connection.wait_closed()

        async with websockets.serve(serve, "127.0.0.1", 0, close_timeout=0.1) as server:
            port = server.sockets[0].getsockname()[1]
            settings = SETTINGS.model_copy(update={"silence_seconds": 0.8})
            async with room(f"http://127.0.0.1:{port}", settings) as (context, dialer):
                connection = Connection("books 1", StreamKind.BOOKS, context, dialer)
                connection.want(add=["btcusdt@bookTicker"])
                serving = asyncio.create_task(connection.run())
                async with asyncio.timeout(8.0):
                    await twice.wait()
                assert context.counters["connections_lost"] == 1
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
            opened[0].transport.abort()

    asyncio.run(work())


def test_a_group_whose_connection_ends_with_an_error_says_so(running: RunningExchange) -> None:
    class Broken(Connection):
        async def run(self) -> None:
            raise RuntimeError("a bug")

    async def work() -> None:
        async with room(running.url) as (context, dialer):
            group = StreamGroup("books", 3, lambda name: Broken(name, StreamKind.BOOKS, context, dialer))
            await group.want(["btcusdt@bookTicker"])
            with pytest.raises(RuntimeError, match="a bug"):
                await group.run()

    asyncio.run(work())
