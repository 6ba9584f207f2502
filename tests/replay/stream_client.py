"""A WebSocket client for the stream tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import websockets

from companion.replay.clock import ManualClock
from tests.replay.server import RunningExchange

TIMEOUT = 20.0


class Client:
    """A WebSocket client that reads JSON."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket

    async def send(self, method: str, *params: object, number: object = 1) -> None:
        await self.socket.send(json.dumps({"method": method, "params": list(params), "id": number}))

    async def read(self) -> Any:
        return json.loads(await asyncio.wait_for(self.socket.recv(), TIMEOUT))

    async def subscribe(self, *streams: str) -> None:
        await self.send("SUBSCRIBE", *streams)
        assert await self.read() == {"result": None, "id": 1}

    async def until(self, found: Callable[[Any], bool]) -> list[Any]:
        """Messages up to and including the first for which `found` holds."""
        messages = [await self.read()]
        while not found(messages[-1]):
            messages.append(await self.read())
        return messages

    async def waits(self) -> bool:
        """Whether nothing is pending: a command's answer arrives before any other message."""
        await self.send("LIST_SUBSCRIPTIONS", number=99)
        return bool((await self.read()).get("id") == 99)


@asynccontextmanager
async def connected(running: RunningExchange, path: str = "/ws") -> AsyncIterator[Client]:
    async with websockets.connect(running.ws + path, max_size=None) as socket:
        yield Client(socket)


def clock_of(running: RunningExchange) -> ManualClock:
    assert isinstance(running.clock, ManualClock)
    return running.clock


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(work(), 60.0)

    asyncio.run(bounded())
