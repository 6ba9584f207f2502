"""A socket without a network: what a connection is given, and the client's end of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


class ClientGoneError(Exception):
    """The client has closed its end."""


@dataclass
class SocketPair:
    """``send`` and ``receive`` are the connection's end; a client that does not read blocks ``send`` after one frame."""

    frames: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(maxsize=1))
    said: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    async def send(self, text: str) -> None:
        """Accept a frame; waits while the client reads nothing."""
        await self.frames.put(text)

    async def receive(self) -> str:
        """What the client says next."""
        text = await self.said.get()
        if text is None:
            raise ClientGoneError
        return text

    async def take(self) -> str:
        """The client reads a frame."""
        return await asyncio.wait_for(self.frames.get(), 10)

    def say(self, text: str) -> None:
        """The client says something."""
        self.said.put_nowait(text)

    def leave(self) -> None:
        """The client closes its end."""
        self.said.put_nowait(None)
