"""One WebSocket connection: commands in, events out, limits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from companion.replay.errors import ReplayError
from companion.replay.rules import Json
from companion.replay.streams.hub import Hub
from companion.replay.streams.names import StreamName, parse_stream

_LOG = logging.getLogger(__name__)

POLICY_VIOLATION = 1008
GOING_AWAY = 1001
# Events waiting for a client that reads too slowly before it is dropped.
_MOST_WAITING = 50_000


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Limits of one connection; `lifetime` in real seconds, 0 for no end."""

    streams: int = 1024
    messages_per_second: int = 10
    lifetime: float = 24 * 3600.0


class CommandError(ReplayError):
    """A command that is refused, with the code of the WebSocket API."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Connection:
    """A client with its subscriptions. Everything sent to it passes through the outlet, one message at a time."""

    def __init__(
        self,
        websocket: WebSocket,
        hub: Hub,
        combined: bool,
        limits: StreamLimits,
        outlet: Outlet,
    ) -> None:
        self.websocket = websocket
        self.combined = combined
        # None: a name that is no stream. It is taken and stays silent, as on Binance.
        self.streams: dict[str, StreamName | None] = {}
        self._hub = hub
        self._limits = limits
        self._outlet = outlet
        self._waiting: deque[str] = deque()
        self._wake = asyncio.Event()
        self._received: deque[float] = deque()
        self._close_code = 0

    def offer(self, stream: str, payload: bytes) -> None:
        """Queue one event; a client that lags too far behind is dropped."""
        text = payload.decode()
        if self.combined:
            text = f'{{"stream":"{stream}","data":{text}}}'
        self._queue(text)

    def answer(self, content: Json) -> None:
        """Queue the answer to a command."""
        self._queue(orjson.dumps(content).decode())

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent."""
        socket = self.websocket
        return WebSocketState.CONNECTED == socket.application_state == socket.client_state

    def disconnect(self, code: int) -> None:
        """Close the connection after what is waiting has been sent."""
        self._close_code = code
        self._wake.set()

    def subscribe(self, texts: Iterable[str]) -> None:
        """Add streams; a name that is no stream is taken and stays silent. Raises CommandError for too many."""
        wanted = [text for text in dict.fromkeys(texts) if text not in self.streams]
        if len(self.streams) + len(wanted) > self._limits.streams:
            raise CommandError(2, f"Invalid request: too many streams, the limit is {self._limits.streams}")
        for text in wanted:
            name = self.streams[text] = parse_stream(text)
            if name is None:
                _LOG.warning("no such stream, it stays silent: %.100r", text)
            else:
                self._hub.subscribe(self, name)

    def unsubscribe(self, texts: Iterable[str]) -> None:
        """Remove streams; unknown ones are ignored."""
        for text in texts:
            if text in self.streams:
                del self.streams[text]
                self._hub.unsubscribe(self, text)

    async def serve(self) -> None:
        """Read and write until one side ends it."""
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        timeout = self._limits.lifetime or None
        try:
            done, _ = await asyncio.wait(
                (reader, writer), timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                await self.websocket.close(GOING_AWAY)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            pass  # the client has left; nothing is owed to it
        finally:
            self.unsubscribe(tuple(self.streams))
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)

    def _queue(self, text: str) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.clear()
            self.disconnect(POLICY_VIOLATION)
            return
        self._waiting.append(text)
        self._wake.set()

    async def _write(self) -> None:
        while True:
            while self._waiting:
                await self._outlet(self, self._waiting.popleft())
            if self._close_code:
                await self.websocket.close(self._close_code)
                return
            self._wake.clear()
            await self._wake.wait()

    async def _read(self) -> None:
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if self._too_fast():
                await self.websocket.close(POLICY_VIOLATION, "Too many requests")
                return
            self._command(message.get("text") or message.get("bytes") or "")

    def _too_fast(self) -> bool:
        now = time.monotonic()
        self._received.append(now)
        while self._received[0] <= now - 1.0:
            self._received.popleft()
        return len(self._received) > self._limits.messages_per_second

    def _command(self, text: str | bytes) -> None:
        number: Json = None
        try:
            command = _decoded(text)
            number = command.get("id")
            if number is not None and not isinstance(number, int | str):
                raise CommandError(2, "Invalid request: request ID must be an unsigned integer")
            self._obey(command, number)
        except CommandError as error:
            self.answer({"error": {"code": error.code, "msg": error.message}, "id": number})

    def _obey(self, command: dict[str, Json], number: Json) -> None:
        method = command.get("method")
        if method in ("SUBSCRIBE", "UNSUBSCRIBE"):
            names = _names(command)
            # A bad command raises before any answer; a good one is answered before its first event.
            change = self.subscribe if method == "SUBSCRIBE" else self.unsubscribe
            change(names)
            return self.answer({"result": None, "id": number})
        if method == "LIST_SUBSCRIPTIONS":
            return self.answer({"result": list(self.streams), "id": number})
        if method == "GET_PROPERTY":
            return self.answer({"result": self.combined, "id": number})
        if method == "SET_PROPERTY":
            self.combined = _property(command)
            return self.answer({"result": None, "id": number})
        raise CommandError(2, f"Invalid request: unknown variant `{method}`")


Outlet: TypeAlias = Callable[[Connection, str], Awaitable[None]]


async def send_text(connection: Connection, text: str) -> None:
    """The plain outlet: every message as it is, at once."""
    await connection.websocket.send_text(text)


def _decoded(text: str | bytes) -> dict[str, Json]:
    try:
        command = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise CommandError(3, f"Invalid JSON: {problem}") from problem
    if not isinstance(command, dict):
        raise CommandError(2, "Invalid request: an object is expected")
    return command


def _names(command: dict[str, Json]) -> list[str]:
    params = command.get("params")
    if not isinstance(params, list) or not params:
        raise CommandError(2, "Invalid request: params must be a list of streams")
    names = [name for name in params if isinstance(name, str)]
    if len(names) != len(params):
        raise CommandError(2, "Invalid request: property name must be a string")
    return names


def _property(command: dict[str, Json]) -> bool:
    params = command.get("params")
    if not isinstance(params, list) or len(params) != 2 or params[0] != "combined":
        raise CommandError(0, "Unknown property")
    if not isinstance(params[1], bool):
        raise CommandError(1, "Invalid value type: expected Boolean")
    return params[1]
