"""Streams of one kind, spread over as many connections as they need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from companion.streams.connection import Connection


class StreamGroup:
    """Keeps each wanted stream on one connection of at most ``most`` streams; a stream stays on its connection."""

    def __init__(self, name: str, most: int, make: Callable[[str], Connection]) -> None:
        self.name = name
        self._most = most
        self._make = make
        self._tasks: dict[Connection, asyncio.Task[None]] = {}
        self._made = 0
        self._ended = asyncio.Event()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections in the order in which they were made."""
        return tuple(self._tasks)

    async def want(self, streams: Sequence[str]) -> None:
        """Stream exactly these."""
        wanted = dict.fromkeys(streams)
        for connection in self.connections:
            gone = [stream for stream in connection.wanted if stream not in wanted]
            if gone:
                connection.want(remove=gone)
            if not connection.wanted:
                await self._end(connection)
        known = {stream for connection in self.connections for stream in connection.wanted}
        fresh = [stream for stream in wanted if stream not in known]
        for connection in self.connections:
            room = self._most - len(connection.wanted)
            if fresh and room > 0:
                connection.want(add=fresh[:room])
                fresh = fresh[room:]
        for first in range(0, len(fresh), self._most):
            self._begin(fresh[first : first + self._most])

    async def run(self) -> None:
        """Run until cancelled, then end all connections; raises what a connection that ends by itself raised."""
        try:
            while True:
                self._ended.clear()
                for task in self._tasks.values():
                    if task.done():
                        task.result()
                await self._ended.wait()
        finally:
            for connection in self.connections:
                await self._end(connection)

    def _begin(self, streams: Sequence[str]) -> None:
        self._made += 1
        connection = self._make(f"{self.name} {self._made}")
        connection.want(add=streams)
        task = asyncio.create_task(connection.run(), name=f"connection {connection.name}")
        task.add_done_callback(lambda _task: self._ended.set())
        self._tasks[connection] = task

    async def _end(self, connection: Connection) -> None:
        task = self._tasks.pop(connection)
        task.cancel()
        await asyncio.wait((task,))
        if not task.cancelled():
            task.result()
