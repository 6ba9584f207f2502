"""A replay exchange whose messages and answers a test can disturb."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import orjson
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from companion.replay.streams.connection import Connection
from tests.replay.server import RunningExchange

Rewrite = Callable[[str], list[str]]
"""What is sent instead of a text."""


class Disturbance:
    """Set by the test at any time; read by the exchange for each message and request."""

    def __init__(self) -> None:
        self.rewrite: Rewrite = lambda text: [text]
        self.cut = False
        self.silent = False
        self.status = 0
        self.retry_after = "1"
        self.refuse = ""
        self.paths: list[tuple[float, str]] = []

    async def outlet(self, connection: Connection, text: str) -> None:
        """Send, change, swallow, or end the connection."""
        if self.cut:
            connection.disconnect(1001)
            return
        if self.silent:
            return
        for changed in self.rewrite(text):
            await connection.websocket.send_text(changed)

    def requests(self, part: str = "") -> int:
        """Number of requests whose path and query contain ``part``."""
        return sum(part in path for _, path in self.paths)


class _Answers:
    """Refuses requests while the disturbance says so."""

    def __init__(self, app: ASGIApp, disturbance: Disturbance) -> None:
        self._app = app
        self._disturbance = disturbance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/fapi"):
            return await self._app(scope, receive, send)
        path = f"{scope['path']}?{scope['query_string'].decode()}"
        self._disturbance.paths.append((time.monotonic(), path))
        status = self._disturbance.status
        if not status or self._disturbance.refuse not in path:
            return await self._app(scope, receive, send)
        body = orjson.dumps({"code": -1003, "msg": "Too many requests."})
        headers = [
            (b"content-type", b"application/json"),
            (b"retry-after", self._disturbance.retry_after.encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        return await send({"type": "http.response.body", "body": body})


@contextmanager
def disturbed(market: Market, now_ms: int) -> Iterator[tuple[RunningExchange, Disturbance]]:
    """An exchange with a clock that the test moves, and what disturbs it."""
    disturbance = Disturbance()
    options = AppOptions(
        outlet=disturbance.outlet, middleware=(Middleware(_Answers, disturbance=disturbance),)
    )
    with RunningExchange(market, ManualClock(now_ms), options) as running:
        yield running, disturbance


def is_closing(text: str) -> bool:
    """Whether a text is the closing event of a candle."""
    return '"e":"kline"' in text and '"x":true' in text


async def turns() -> None:
    """Let the event loop go round."""
    await asyncio.sleep(0)
