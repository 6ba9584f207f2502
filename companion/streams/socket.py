"""One connection to the exchange, from dial to end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

from companion.ground.errors import CompanionError
from companion.streams.context import StreamContext
from companion.venues.errors import MalformedError, TransportError
from companion.venues.events import CommandAnswer
from companion.venues.transport import Command, StreamKind, Transport

_LOG = logging.getLogger("companion.streams")
SCOUT_SECONDS = 2.0
"""Longest wait of the one connection that looks whether the exchange is back."""
_MOST_PATIENCE = 4.0
"""Times the usual patience that an answer may take while other texts of the connection arrive."""
_LOOKS = 6
"""How often it is looked, within the patience, whether anything has arrived."""


class DialError(CompanionError):
    """A connection could not be opened, or has ended."""


class RefusedError(DialError):
    """The exchange refused a command."""


class Socket:
    """One connection; ``heard`` and ``delivered`` are the monotonic seconds of its newest text and its newest event."""

    def __init__(
        self,
        transport: Transport,
        address: str,
        context: StreamContext,
        broken: Callable[[], None],
    ) -> None:
        clock = context.clock
        self.address = address
        self.streams: set[str] = set()
        self.refused: set[str] = set()
        self.opened = self.heard = self.delivered = clock.monotonic()
        self.first_event = asyncio.Event()
        self.ended: asyncio.Future[object] = asyncio.ensure_future(transport.ended(address))
        # Whoever waits sees the error; if nobody waits, it is not worth a log line.
        self.ended.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._transport = transport
        self._clock = clock
        self._counters = context.counters
        self._limits = context.venue.limits
        self._read = context.venue.read
        self._known = context.market.universe
        self._take = context.intake.take
        self.patience = context.settings.silence_seconds
        self._broken = broken
        self._numbers = count(1)
        self._commands = asyncio.Lock()

    def received(self, text: str) -> None:
        """Take in a text of this connection."""
        self.heard = self._clock.monotonic()
        try:
            message = self._read(text, self._known)
        except MalformedError:
            self._counters.add("messages_broken")
            self._broken()
            return
        if isinstance(message, CommandAnswer):
            self._transport.acknowledge(self.address, message)
            return
        self.delivered = self.heard
        self.first_event.set()
        if not self._take(message):
            self._broken()

    async def change(self, command: Command, streams: Sequence[str]) -> None:
        """Subscribe or unsubscribe, in several commands if there are many streams. Raises DialError.

        A stream that the exchange refuses goes into ``refused``: it must not take the others down with it.
        """
        most = self._limits.streams_a_command
        for first in range(0, len(streams), most):
            await self._change(command, list(streams[first : first + most]))

    async def _change(self, command: Command, streams: list[str]) -> None:
        try:
            await self.command(command, streams)
        except RefusedError as problem:
            if len(streams) > 1:
                half = len(streams) // 2
                await self._change(command, streams[:half])
                await self._change(command, streams[half:])
                return
            _LOG.warning("%s", problem)
            self._counters.add("streams_refused")
            self.refused.update(streams)
        if command is Command.SUBSCRIBE:
            self.streams.update(streams)
        else:
            self.streams.difference_update(streams)

    async def command(self, command: Command, streams: list[str]) -> CommandAnswer:
        """Send a command and return the exchange's answer. Raises DialError."""
        async with self._commands:
            try:
                number = next(self._numbers)
                answer = await self._answered(self._transport.command(self.address, command, streams, number))
                await self._clock.sleep(self._limits.command_pause_seconds)
            except TransportError as problem:
                raise DialError(f"{command.name}: {problem}") from problem
            except TimeoutError as problem:
                raise DialError(f"{command.name}: TimeoutError {problem}") from problem
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise
                # Hanging up a connection cancels whoever still waits for an answer.
                raise DialError(f"{command.name}: the connection was closed") from None
        if answer.refusal:
            raise RefusedError(f"{command.name} {', '.join(streams)} was refused: {answer.refusal}")
        return answer

    async def _answered(self, awaited: Awaitable[CommandAnswer]) -> CommandAnswer:
        """The answer. Raises TimeoutError after :attr:`patience` seconds in which nothing at all has arrived.

        A loaded machine must not lose a connection that lives: as long as other texts arrive the answer may be queued behind
        them, and time in which this process itself stood still does not count, as what has arrived must be read first.
        """
        answer = asyncio.ensure_future(awaited)
        look, begun, silent = self.patience / _LOOKS, self._clock.monotonic(), 0.0
        try:
            while not answer.done():
                looked, heard = self._clock.monotonic(), self.heard
                await self._nap(answer, look)
                now = self._clock.monotonic()
                silent = 0.0 if self.heard != heard else silent + min(now - looked, 2.0 * look)
                spent = now - begun > self.patience * _MOST_PATIENCE
                if not answer.done() and (silent >= self.patience or spent):
                    raise TimeoutError(f"no answer within {now - begun:.1f} s")
            return answer.result()
        finally:
            answer.cancel()

    async def _nap(self, answer: asyncio.Future[CommandAnswer], seconds: float) -> None:
        """Return when the answer is there, after ``seconds`` at the latest."""
        # Not wait_for: before Python 3.12 it loses a cancellation that coincides with the answer.
        nap = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait((answer, nap), return_when=asyncio.FIRST_COMPLETED)
        finally:
            nap.cancel()

    def hang_up(self) -> None:
        """End the connection."""
        self.ended.cancel()
        self._transport.hang_up(self.address)


class Dialer:
    """Opens connections, not too many per minute, and routes each text to its socket."""

    def __init__(
        self,
        context: StreamContext,
        transport: Transport,
    ) -> None:
        self._context = context
        self._transport = transport
        self._ledger = context.ledger
        self._clock = context.clock
        self._dials_a_minute = context.settings.dials_a_minute
        self._tokens = float(self._dials_a_minute)
        self._counted = self._clock.monotonic()
        self._numbers = count()
        self._sockets: dict[str, Socket] = {}
        self._opened = asyncio.Event()
        self._has_scout = False
        transport.deliver_to(self._received)

    async def dial(
        self, kind: StreamKind, streams: Sequence[str], broken: Callable[[], None], patience: float = 1.0
    ) -> Socket:
        """A connection on which ``streams`` are subscribed. Raises DialError.

        ``patience``: times the usual one, for subscriptions that have timed out before.
        """
        await self._may_dial()
        address = self._transport.address(kind, next(self._numbers))
        socket = Socket(self._transport, address, self._context, broken)
        self._sockets[address] = socket
        usual = socket.patience
        socket.patience = usual * patience
        try:
            await socket.change(Command.SUBSCRIBE, streams)
        except BaseException:
            self.hang_up(socket)
            raise
        socket.patience = usual
        self._opened.set()
        self._opened = asyncio.Event()
        return socket

    async def pause(self, seconds: float) -> bool:
        """Wait before another attempt, and return whether any connection has been opened meanwhile, which ends the wait.

        One of those that wait is the scout: it waits :data:`SCOUT_SECONDS` at most, so that an exchange that comes back is
        noticed at once, however long it was gone, and without all of them dialing all the time.
        """
        is_scout, opened = not self._has_scout, self._opened
        self._has_scout = True
        waits = [
            asyncio.ensure_future(opened.wait()),
            asyncio.ensure_future(self._clock.sleep(min(seconds, SCOUT_SECONDS) if is_scout else seconds)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            if is_scout:
                self._has_scout = False
        return opened.is_set()

    def hang_up(self, socket: Socket) -> None:
        """End a connection; whatever still arrives over it is not read."""
        self._sockets.pop(socket.address, None)
        socket.hang_up()

    def _received(self, address: str, text: str) -> None:
        socket = self._sockets.get(address)
        if socket is not None:
            socket.received(text)

    async def _may_dial(self) -> None:
        """Wait while the exchange has told us to wait, or while too many connections have been opened."""
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
