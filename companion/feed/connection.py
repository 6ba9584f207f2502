"""One client: what it follows, how far it has read, and a writer that no other client waits for."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping

from companion.feed.hub import FeedHub
from companion.feed.ring import FrameRing, encoded
from companion.ground.errors import CompanionError
from companion.ground.plain import Json

NOTHING = -1
"""Position in a ring of which the client has no frame yet: a snapshot comes first."""
_MOST_ANSWERS = 16

Send = Callable[[str], Awaitable[None]]
Receive = Callable[[], Awaitable[str | None]]
"""The next text of the client; None for a frame that is no text. Raises when the client is gone."""


class StalledClientError(CompanionError):
    """The client has read nothing for too long."""


class Connection(ABC):
    """Reads what the client says and writes frames until one side ends the connection.

    ``send`` returns once the socket has taken the frame, ``receive`` raises when the client is gone. Nothing is queued
    for a client: it reads the rings at its own pace, and is sent a snapshot of any ring that it has fallen behind on.
    """

    def __init__(self, hub: FeedHub, send: Send, receive: Receive) -> None:
        self.hub = hub
        self._send_text = send
        self._receive = receive
        self._positions: dict[str, int] = {}
        self._answers: list[str] = []
        self._news = asyncio.Event()

    @property
    @abstractmethod
    def rings(self) -> Mapping[str, FrameRing]:
        """The rings to follow, by name."""

    @abstractmethod
    def hear(self, text: str) -> None:
        """Do what the client asks."""

    async def serve(self) -> None:
        """Run until the client leaves. Raises StalledClientError, or what ``receive`` raises."""
        with self.hub.listening(self._news):
            reader = asyncio.create_task(self._read())
            writer = asyncio.create_task(self._write())
            try:
                done, _ = await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in (reader, writer):
                    task.cancel()
                await asyncio.gather(reader, writer, return_exceptions=True)

    def follow(self, name: str, *, restart: bool = False) -> None:
        """Send this ring from now on; ``restart``: from a fresh snapshot."""
        if restart:
            self._positions[name] = NOTHING
        else:
            self._positions.setdefault(name, NOTHING)
        self._news.set()

    def leave(self, name: str) -> None:
        """Stop sending this ring."""
        self._positions.pop(name, None)

    def follows(self, name: str) -> bool:
        """Whether this ring is being sent."""
        return name in self._positions

    def answer(self, message: Mapping[str, Json] | str) -> None:
        """Send a message to this client alone."""
        # A client that asks faster than it reads loses answers rather than filling our memory.
        if len(self._answers) < _MOST_ANSWERS:
            self._answers.append(message if isinstance(message, str) else encoded(message))
        self._news.set()

    async def _read(self) -> None:
        while True:
            text = await self._receive()
            if text is None:
                self.answer({"type": "error", "detail": "a text frame is wanted"})
            else:
                self.hear(text)

    async def _write(self) -> None:
        while True:
            # Cleared before reading, so that nothing published in the meantime is missed.
            self._news.clear()
            answers, self._answers = self._answers, []
            for text in answers:
                await self._send(text)
            for name in tuple(self._positions):
                await self._write_ring(name)
            await self._news.wait()

    async def _write_ring(self, name: str) -> None:
        position = self._positions.get(name)
        if position is None:
            return
        ring, counts = self.rings[name], self.hub.counts
        frames = None if position == NOTHING else ring.after(position)
        if frames is None:
            counts.fell_behind += position != NOTHING
            counts.snapshots_sent += 1
            reached, whole = ring.first_frame()
            frames = [whole]
        else:
            reached = position + len(frames)
        for text in frames:
            await self._send(text)
        # In the meantime the client may have left the ring, or asked for a fresh snapshot.
        if self._positions.get(name) == position:
            self._positions[name] = reached

    async def _send(self, text: str) -> None:
        limit = self.hub.settings.stall_seconds
        try:
            async with asyncio.timeout(limit):
                await self._send_text(text)
        except TimeoutError as problem:
            self.hub.counts.stalled += 1
            raise StalledClientError(f"nothing was taken for {limit:g} s") from problem
        self.hub.counts.frames_sent += 1
        self.hub.counts.characters_sent += len(text)
