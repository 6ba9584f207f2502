"""Puts faults into what the replay exchange sends and answers."""

from __future__ import annotations

import asyncio
import random
import time
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from companion.replay.faults.kinds import (
    MESSAGE_FAULTS,
    ConnectionFault,
    Fault,
    MessageShares,
    RestFault,
)
from companion.replay.streams.connection import GOING_AWAY, Connection, send_text

SERVER_ERROR = 1011
_ANSWERS = ('{"result"', '{"error"')
_TEXTS = {
    Fault.TOO_MANY_REQUESTS: (429, -1003, "Too many requests; please use the websocket for live updates."),
    Fault.BANNED: (
        418,
        -1003,
        "Way too many requests; IP banned. Please use the websocket for live updates.",
    ),
    Fault.UNAVAILABLE: (503, -1001, "Internal error; unable to process your request. Please try again."),
}


@dataclass
class _Held:
    """A connection's state: the message held back until the next one, and until when the connection is silent."""

    overtaken: str | None = None
    silent_until: float = 0.0
    late: set[asyncio.Task[None]] = field(default_factory=set)


class FaultInjector:
    """The outlet and the middleware of an exchange with faults; ``real`` is monotonic, in seconds.

    Answers to commands are never damaged (nor are Binance's), but a silence swallows them too. ``counts`` says how often
    each fault has struck, ``disobeyed`` how many requests came over a connection that a 429 or 418 had asked for
    patience while it lasted. What is under way on other connections cannot know of the refusal, however late it comes.
    """

    def __init__(self, seed: int = 0, real: Callable[[], float] = time.monotonic) -> None:
        self.shares = MessageShares()
        self.counts: Counter[Fault] = Counter()
        self.disobeyed = 0
        self._random = random.Random(seed)
        self._real = real
        self._held: weakref.WeakKeyDictionary[Connection, _Held] = weakref.WeakKeyDictionary()
        self._refusal: tuple[Fault, float] | None = None
        self._told: set[tuple[str, int]] = set()

    async def outlet(self, connection: Connection, text: str) -> None:
        """Send a message, or what a fault makes of it."""
        held = self._held.setdefault(connection, _Held())
        if held.silent_until > self._real():
            return
        if text.startswith(_ANSWERS):
            await send_text(connection, text)
            return
        fault = self._drawn()
        if fault is not None:
            self.counts[fault] += 1
        if fault is Fault.LATE:
            task = asyncio.create_task(self._send_late(connection, held, text))
            held.late.add(task)
            task.add_done_callback(held.late.discard)
            return
        if fault is Fault.REORDER and held.overtaken is None:
            held.overtaken = text
            return
        if fault is Fault.TRUNCATE:
            text = text[: self._random.randrange(1, len(text))]
        await send_text(connection, text)
        if fault is Fault.DUPLICATE:
            await send_text(connection, text)
        if held.overtaken is not None:
            overtaken, held.overtaken = held.overtaken, None
            await send_text(connection, overtaken)

    def meet(self, command: ConnectionFault, connections: set[Connection]) -> int:
        """Strike each connection with the fault's probability; returns how many were hit."""
        met = [c for c in connections if self._random.random() < command.share]
        for connection in met:
            if command.fault is Fault.SILENCE:
                held = self._held.setdefault(connection, _Held())
                held.silent_until = self._real() + command.seconds
            else:
                connection.disconnect(GOING_AWAY if command.fault is Fault.CUT else SERVER_ERROR)
        self.counts[command.fault] += len(met)
        return len(met)

    def refuse(self, command: RestFault) -> None:
        """Refuse every request for a while."""
        self._refusal = (command.fault, self._real() + command.seconds)
        self._told.clear()

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Wrap the exchange: requests below /fapi are refused while a REST fault lasts."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            refusal = self._refusal
            if scope["type"] == "http" and refusal is not None and scope["path"].startswith("/fapi/"):
                left = refusal[1] - self._real()
                if left > 0.0:
                    await self._refuse(refusal[0], left, scope["client"], send)
                    return
                self._refusal = None
            await app(scope, receive, send)

        return answer

    async def _refuse(self, fault: Fault, left: float, client: tuple[str, int], send: Send) -> None:
        self.counts[fault] += 1
        if fault is not Fault.UNAVAILABLE:
            # HTTP/1.1 clients send the next request once they have read the answer: this one was sent knowingly.
            self.disobeyed += client in self._told
            self._told.add(client)
        status, code, message = _TEXTS[fault]
        headers = [(b"content-type", b"application/json"), (b"retry-after", str(ceil(left)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps({"code": code, "msg": message})})

    def _drawn(self) -> Fault | None:
        drawn = self._random.random()
        for fault in MESSAGE_FAULTS:
            drawn -= self.shares.of(fault)
            if drawn < 0.0:
                return fault
        return None

    async def _send_late(self, connection: Connection, held: _Held, text: str) -> None:
        await asyncio.sleep(self._random.uniform(0.0, self.shares.late_seconds))
        if held.silent_until <= self._real() and connection.is_open:
            await send_text(connection, text)
