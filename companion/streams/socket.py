"""One connection to the exchange, from its dial to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import ccxt
import orjson

from companion.ground.errors import CompanionError
from companion.streams.context import StreamContext
from companion.streams.exchange import StreamExchange

_LOG = logging.getLogger("companion.streams")
STREAMS_A_COMMAND = 100
COMMAND_PAUSE = 0.15
"""Seconds between two commands: below 7 a second, of the 10 that the exchange takes."""


class DialError(CompanionError):
    """A connection that could not be opened, or has ended."""


class RefusedError(DialError):
    """A command that the exchange does not obey."""


class Socket:
    """Texts of one connection; ``heard`` and ``delivered`` are monotonic seconds of the newest text and event."""

    def __init__(
        self,
        exchange: StreamExchange,
        url: str,
        context: StreamContext,
        broken: Callable[[], None],
    ) -> None:
        clock = context.clock
        self.url = url
        self.streams: set[str] = set()
        self.refused: set[str] = set()
        self.opened = self.heard = self.delivered = clock.monotonic()
        self.first_event = asyncio.Event()
        self.ended: asyncio.Future[Any] = asyncio.ensure_future(exchange.ended(url))
        # Whoever waits sees the error; one that nobody waits for is no news.
        self.ended.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._exchange = exchange
        self._clock = clock
        self._counters = context.counters
        self._take = context.intake.take
        self._answer_seconds = context.settings.silence_seconds
        self._broken = broken
        self._numbers = count(1)
        self._commands = asyncio.Lock()

    def received(self, text: str) -> None:
        """Take a text of this connection."""
        self.heard = self._clock.monotonic()
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            self._counters.add("messages_broken")
            self._broken()
            return
        if isinstance(message, dict) and "id" in message:
            self._exchange.acknowledge(self.url, str(message["id"]), message)
            return
        self.delivered = self.heard
        self.first_event.set()
        if not self._take(message):
            self._broken()

    async def change(self, method: str, streams: Sequence[str]) -> None:
        """SUBSCRIBE or UNSUBSCRIBE, in several commands if there are many streams. Raises DialError.

        A stream that the exchange refuses is kept in ``refused``: it must not take the others with it.
        """
        for first in range(0, len(streams), STREAMS_A_COMMAND):
            await self._change(method, list(streams[first : first + STREAMS_A_COMMAND]))

    async def _change(self, method: str, streams: list[str]) -> None:
        try:
            await self.command(method, streams)
        except RefusedError as problem:
            if len(streams) > 1:
                half = len(streams) // 2
                await self._change(method, streams[:half])
                await self._change(method, streams[half:])
                return
            _LOG.warning("%s", problem)
            self._counters.add("streams_refused")
            self.refused.update(streams)
        if method == "SUBSCRIBE":
            self.streams.update(streams)
        else:
            self.streams.difference_update(streams)

    async def command(self, method: str, streams: list[str]) -> Any:
        """Send a command and return the result that the exchange answers. Raises DialError."""
        async with self._commands:
            try:
                # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the answer.
                async with asyncio.timeout(self._answer_seconds):
                    answer = await self._exchange.command(self.url, method, streams, next(self._numbers))
                await self._clock.sleep(COMMAND_PAUSE)
            except (ccxt.BaseError, TimeoutError) as problem:
                raise DialError(f"{method}: {type(problem).__name__} {problem}") from problem
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise
                # ccxt cancels what still waits for an answer when a connection is closed.
                raise DialError(f"{method}: the connection was closed") from None
        if not isinstance(answer, dict) or "error" in answer:
            raise RefusedError(f"{method} {', '.join(streams)} was refused: {answer}")
        return answer.get("result")

    def hang_up(self) -> None:
        """End the connection."""
        self.ended.cancel()
        self._exchange.hang_up(self.url)


class Dialer:
    """Opens connections, not too many a minute, and leads each text to its socket."""

    def __init__(
        self,
        context: StreamContext,
        exchange: StreamExchange,
    ) -> None:
        self._context = context
        self._exchange = exchange
        self._ledger = context.ledger
        self._clock = context.clock
        self._dials_a_minute = context.settings.dials_a_minute
        self._tokens = float(self._dials_a_minute)
        self._counted = self._clock.monotonic()
        self._numbers = count()
        self._sockets: dict[str, Socket] = {}
        exchange.receiver = self._received

    async def dial(self, channel: str, streams: Sequence[str], broken: Callable[[], None]) -> Socket:
        """A connection on which ``streams`` are subscribed. Raises DialError."""
        await self._may_dial()
        url = self._exchange.stream_url(channel, next(self._numbers))
        socket = Socket(self._exchange, url, self._context, broken)
        self._sockets[url] = socket
        try:
            await socket.change("SUBSCRIBE", streams)
        except BaseException:
            self.hang_up(socket)
            raise
        return socket

    def hang_up(self, socket: Socket) -> None:
        """End a connection; what still comes over it is not read."""
        self._sockets.pop(socket.url, None)
        socket.hang_up()

    def _received(self, url: str, text: str) -> None:
        socket = self._sockets.get(url)
        if socket is not None:
            socket.received(text)

    async def _may_dial(self) -> None:
        """Wait while the exchange wants to be left alone, or while too many connections have been opened."""
        await self._ledger.unblocked()
        while True:
            now = self._clock.monotonic()
            gained = (now - self._counted) * self._dials_a_minute / 60.0
            self._tokens = min(self._tokens + gained, float(self._dials_a_minute))
            self._counted = now
            if self._tokens >= 1.0:
                self._tokens -= 1.0
                return
            await self._clock.sleep((1.0 - self._tokens) * 60.0 / self._dials_a_minute)
