"""Keeps a named set of streams connected: reconnects, rotation, detection of silence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from companion.streams.context import StreamContext
from companion.streams.socket import Dialer, DialError, Socket
from companion.streams.status import ConnectionStatus
from companion.tasks.backoff import Backoff
from companion.venues.transport import Command, StreamKind

_LOG = logging.getLogger("companion.streams")
_BUSY_SECONDS = 0.5
_PATIENCE_AGAIN = 2.0
"""Times the usual patience for a subscription once one has failed."""


class Connection:
    """Keeps ``wanted`` streams of one kind subscribed on one socket at a time.

    Callbacks: ``opened`` (a socket is subscribed where none was), ``lost`` (none is any more), ``changed`` (other streams
    are subscribed) and ``broken`` (a message could not be read: what it said is lost).
    """

    def __init__(
        self,
        name: str,
        kind: StreamKind,
        context: StreamContext,
        dialer: Dialer,
    ) -> None:
        self.name = name
        self.kind = kind
        self.wanted: dict[str, None] = {}
        self.opened: Callable[[Connection], None] = _nothing
        self.lost: Callable[[Connection], None] = _nothing
        self.changed: Callable[[Connection], None] = _nothing
        self.broken: Callable[[Connection], None] = _nothing
        self._dialer = dialer
        self._settings = settings = context.settings
        self._clock = context.clock
        self._rng = context.rng
        self._counters = context.counters
        self._backoff = Backoff(settings.backoff_seconds, settings.longest_backoff_seconds)
        self._socket: Socket | None = None
        self._since_ms = 0
        self._opened_before = False
        self._reconnects = 0
        self._changed = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        """Whether a socket is open and subscribed."""
        return self._socket is not None

    @property
    def subscribed(self) -> frozenset[str]:
        """The streams that are subscribed now."""
        socket = self._socket
        return frozenset() if socket is None else frozenset(socket.streams - socket.refused)

    def want(self, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Change what is to be subscribed."""
        self.wanted.update(dict.fromkeys(add))
        for stream in remove:
            self.wanted.pop(stream, None)
        self._changed.set()

    def status(self) -> ConnectionStatus:
        """The connection now."""
        socket = self._socket
        age = float("nan") if socket is None else self._clock.monotonic() - socket.heard
        return ConnectionStatus(
            self.name, len(self.wanted), self.is_connected, self._since_ms, self._reconnects, age
        )

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            socket = await self._dial()
            self._adopt(socket)
            self._reconnects += self._opened_before
            self._opened_before = True
            try:
                reason = await self._live(socket)
            finally:
                self._socket, self._since_ms = None, 0
                self.lost(self)
            self._counters.add("connections_lost")
            _LOG.warning("connection %s is lost: %s", self.name, reason)

    def _adopt(self, socket: Socket) -> None:
        self._socket = socket
        self._since_ms = self._clock.now_ms()
        self._counters.add("connections_opened")
        self.opened(self)

    async def _dial(self) -> Socket:
        """A socket on which the wanted streams are subscribed; tried until it works."""
        failures, patience = 0, 1.0
        while True:
            try:
                return await self._dialer.dial(
                    self.kind, tuple(self.wanted), lambda: self.broken(self), patience
                )
            except DialError as problem:
                failures, patience = failures + 1, _PATIENCE_AGAIN
                wait = self._backoff.wait(failures, self._rng)
                self._counters.add("dials_failed")
                _LOG.info("connection %s: %s; tried again within %.1f s", self.name, problem, wait)
            if await self._dialer.pause(wait):
                failures = 0

    async def _heir(self) -> Socket:
        """A socket that has delivered an event; with quiet streams, one that is subscribed."""
        socket = await self._dial()
        event = asyncio.ensure_future(socket.first_event.wait())
        nap = asyncio.ensure_future(self._clock.sleep(self._settings.quiet_seconds))
        try:
            await asyncio.wait((event, nap, socket.ended), return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            self._dialer.hang_up(socket)
            raise
        finally:
            event.cancel()
            nap.cancel()
        return socket

    async def _live(self, socket: Socket) -> str:
        """Watch sockets, each replaced by the next as it grows old, until one is lost; say why."""
        heir: asyncio.Task[Socket] | None = None
        probe: asyncio.Task[None] | None = None
        try:
            while True:
                looked = self._clock.monotonic()
                await self._something(socket, heir)
                reason = self._end_of(socket)
                # After this process itself has stood still, what has arrived must be read first.
                if reason and (socket.ended.done() or not self._stood_still(looked)):
                    return reason
                if heir is not None and heir.done():
                    old, socket, heir = socket, heir.result(), None
                    self._replace(socket)
                    self._dialer.hang_up(old)
                elif heir is None and self._is_old(socket):
                    heir = asyncio.create_task(self._heir(), name=f"next {self.name}")
                if probe is None or probe.done():
                    probe = asyncio.create_task(self._tend(socket), name=f"tend {self.name}")
        finally:
            self._dialer.hang_up(socket)
            await self._dismiss(heir, probe)

    def _replace(self, socket: Socket) -> None:
        self._socket = socket
        self._since_ms = self._clock.now_ms()
        self._counters.add("connections_rotated")
        _LOG.info("connection %s is replaced by a fresh one", self.name)

    async def _something(self, socket: Socket, heir: asyncio.Task[Socket] | None) -> None:
        """Return when the socket has ended, the heir is ready, other streams are wanted, or it is time to look."""
        changed = asyncio.ensure_future(self._changed.wait())
        nap = asyncio.ensure_future(self._clock.sleep(self._settings.quiet_seconds / 2.0))
        waits: set[asyncio.Future[Any]] = {changed, nap, socket.ended}
        if heir is not None:
            waits.add(heir)
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            nap.cancel()
        self._changed.clear()

    def _end_of(self, socket: Socket) -> str:
        """Why the socket is no longer usable, empty while it is."""
        now, settings = self._clock.monotonic(), self._settings
        if socket.ended.done():
            problem = None if socket.ended.cancelled() else socket.ended.exception()
            return str(problem) or "closed"
        if now - socket.heard > settings.silence_seconds:
            return f"silent for {now - socket.heard:.1f} s"
        if now - socket.delivered > settings.eventless_seconds and self.wanted:
            return f"it answers, but no event has come for {now - socket.delivered:.1f} s"
        return ""

    def _stood_still(self, looked: float) -> bool:
        return self._clock.monotonic() - looked > self._settings.quiet_seconds + _BUSY_SECONDS

    def _is_old(self, socket: Socket) -> bool:
        return self._clock.monotonic() - socket.opened > self._settings.connection_hours * 3600.0

    async def _tend(self, socket: Socket) -> None:
        """Subscribe missing streams, unsubscribe unwanted ones, and check that a quiet socket is alive."""
        with contextlib.suppress(DialError):
            gone = [stream for stream in socket.streams if stream not in self.wanted]
            added = [stream for stream in self.wanted if stream not in socket.streams]
            if gone:
                await socket.change(Command.UNSUBSCRIBE, gone)
            if added:
                await socket.change(Command.SUBSCRIBE, added)
            if (gone or added) and socket is self._socket:
                self.changed(self)
            if self._clock.monotonic() - socket.heard >= self._settings.quiet_seconds:
                await self._probe(socket)

    async def _probe(self, socket: Socket) -> None:
        listed = (await socket.command(Command.LIST_SUBSCRIPTIONS, [])).listed
        if listed is not None and not socket.streams - socket.refused <= set(listed):
            self._counters.add("subscriptions_missed")
            socket.streams = set(listed) | socket.refused

    async def _dismiss(self, heir: asyncio.Task[Socket] | None, probe: asyncio.Task[None] | None) -> None:
        for task in (heir, probe):
            if task is None:
                continue
            task.cancel()
            # Waited for without its result: its cancellation must not be mistaken for that of this task.
            await asyncio.wait((task,))
            if not task.cancelled() and isinstance(result := task.result(), Socket):
                self._dialer.hang_up(result)


def _nothing(_connection: Connection) -> None:
    """Do nothing: nobody wants to know."""
