"""After a silence of the exchange: reconnected within seconds, and nothing passes for fresh meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from companion.demo.service_log import shown_of_service
from companion.market.memory import MarketMemory
from companion.replay.market import Market
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.connection import Connection
from companion.streams.context import StreamContext
from companion.streams.market_silence import MarketSilence
from companion.streams.socket import Dialer, DialError, Socket
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.venue import BinanceVenue
from companion.venues.events import CommandAnswer
from companion.venues.transport import Command, Receiver, StreamKind
from tests.in_loop import in_loop
from tests.replay.conftest import NOON
from tests.streams.disturbed import disturbed
from tests.streams.following import following
from tests.streams.hand_clock import HandClock

CONNECTIONS = 8
STEP = 0.25
RECOVERED_WITHIN = 10.0


class Wire:
    """A transport whose exchange answers only while it ``speaks``; connections never end by themselves."""

    def __init__(self) -> None:
        self.speaks = False
        self.dialed = 0
        self.pending: list[asyncio.Future[CommandAnswer]] = []

    def deliver_to(self, receiver: Receiver) -> None: ...

    def address(self, kind: StreamKind, number: int) -> str:
        self.dialed += 1
        return f"{kind.value}/{number}"

    def command(
        self, address: str, command: Command, streams: list[str], number: int
    ) -> Awaitable[CommandAnswer]:
        answer: asyncio.Future[CommandAnswer] = asyncio.get_running_loop().create_future()
        if self.speaks:
            answer.set_result(CommandAnswer(str(number)))
        self.pending.append(answer)
        return answer

    def acknowledge(self, address: str, answer: CommandAnswer) -> None: ...

    def ended(self, address: str) -> asyncio.Future[object]:
        return asyncio.get_running_loop().create_future()

    def hang_up(self, address: str) -> None: ...


def context_of(clock: HandClock, seed: int = 1) -> StreamContext:
    ledger = WeightLedger(ExchangeSettings(), clock)
    settings = StreamSettings()
    return StreamContext.around(
        BinanceVenue(), MarketMemory(), settings, clock, Random(seed), ledger, Turns()
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("silence", [60.0, 63.5, 600.0])
def test_every_connection_is_back_ten_seconds_after_a_silence_of_any_length(
    seed: int, silence: float
) -> None:
    async def work() -> None:
        clock, wire = HandClock(), Wire()
        context = context_of(clock, seed)
        dialer = Dialer(context, wire)
        connections = [
            Connection(f"books {n}", StreamKind.BOOKS, context, dialer) for n in range(CONNECTIONS)
        ]
        for connection in connections:
            connection.want(add=["btcusdt@bookTicker"])
        serving = [asyncio.create_task(connection.run()) for connection in connections]
        while clock.monotonic() < silence:
            await clock.advance(STEP)
        assert wire.dialed <= silence + StreamSettings().dials_a_minute, "no faster than the exchange allows"
        wire.speaks = True
        while context.counters["connections_opened"] < CONNECTIONS:
            await clock.advance(STEP)
            assert clock.monotonic() - silence <= RECOVERED_WITHIN
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    asyncio.run(work())


@dataclass(frozen=True, slots=True)
class Asked:
    """A socket that has sent a command and waits for its answer."""

    clock: HandClock
    wire: Wire
    socket: Socket
    command: asyncio.Task[CommandAnswer]


@asynccontextmanager
async def subscribing() -> AsyncIterator[Asked]:
    clock, wire = HandClock(), Wire()
    socket = Socket(wire, "books/1", context_of(clock), lambda: None)
    command = asyncio.create_task(socket.command(Command.SUBSCRIBE, ["btcusdt@bookTicker"]))
    await clock.advance(0.0)
    try:
        yield Asked(clock, wire, socket, command)
    finally:
        command.cancel()
        await asyncio.gather(command, return_exceptions=True)
        socket.ended.cancel()


@in_loop
async def test_a_subscription_whose_answer_is_queued_behind_events_is_waited_for() -> None:
    async with subscribing() as asked:
        for _ in range(16):
            await asked.clock.advance(0.5)
            asked.socket.received('{"e":"unknown"}')
        assert not asked.command.done()
        asked.wire.pending[0].set_result(CommandAnswer("1"))
        for _ in range(4):
            await asked.clock.advance(0.5)
        assert asked.command.result().number == "1"


@in_loop
async def test_a_subscription_without_any_text_for_three_seconds_has_failed() -> None:
    async with subscribing() as asked:
        for _ in range(10):
            await asked.clock.advance(STEP)
        assert not asked.command.done()
        for _ in range(4):
            await asked.clock.advance(STEP)
        with pytest.raises(DialError, match="no answer"):
            asked.command.result()


@in_loop
async def test_events_alone_do_not_keep_a_command_waiting_for_ever() -> None:
    async with subscribing() as asked:
        for _ in range(30):
            await asked.clock.advance(0.5)
            asked.socket.received('{"e":"unknown"}')
        assert asked.command.done()


@in_loop
async def test_time_in_which_this_process_stood_still_is_no_silence_of_the_exchange() -> None:
    async with subscribing() as asked:
        await asked.clock.advance(STEP)
        await asked.clock.advance(9.0)
        assert not asked.command.done()
        asked.wire.pending[0].set_result(CommandAnswer("1"))
        for _ in range(4):
            await asked.clock.advance(0.5)
        assert asked.command.result().number == "1"


def test_a_coin_that_rest_completes_while_its_stream_is_silent_is_not_called_fresh(
    market: Market, market_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        with disturbed(market, NOON) as (running, disturbance):
            async with following(running) as streams:
                await streams.fresh()
                rows = list(streams.market.universe.trading_rows)
                assert all(streams.market.is_heard(row) for row in rows)
                disturbance.silent = True
                await streams.until(lambda: streams.market.unheard >= set(rows))
                bar = streams.move_to_close()
                await streams.closed(bar)
                await streams.until(lambda: bool(streams.market.decidable(bar)[rows].all()))
                assert not any(streams.market.is_heard(row) for row in rows)
                disturbance.silent = False
                await streams.until(lambda: all(streams.market.is_heard(row) for row in rows))
                await streams.until(lambda: "MARKET back" in caplog.text)

    with caplog.at_level("INFO"):
        asyncio.run(work())
    assert caplog.text.count("MARKET silent") == 1
    assert caplog.text.count("MARKET back") == 1


def test_the_demonstration_shows_when_the_market_is_silent_and_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    silence = MarketSilence()
    with caplog.at_level("INFO"):
        for heard, now in (
            (0, 0.0),
            (10, 1.0),
            (3, 2.0),
            (0, 3.0),
            (0, 4.0),
            (8, 60.0),
            (9, 63.0),
            (10, 64.0),
        ):
            silence.look(heard, 10, now)
    told = [record.getMessage() for record in caplog.records]
    lines = [f"2026-11-30 12:00:00,000 - companion.streams - WARNING - {text}" for text in told]
    assert [shown_of_service(line) for line in lines] == [
        "12:00:00 market  silent: nothing is heard of any of 10 coins; no coin is fresh",
        "12:00:00 market  back after 60 s: 9 of 10 coins are fresh",
    ]
    assert not silence.is_silent
