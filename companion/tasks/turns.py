"""Work that comes in bursts, one piece per turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Lets one piece of work through at a time; whatever else waits for the event loop runs in between.

    Answers to requests sent together also arrive together, just while a scan is being published: handled in one go they
    would stall the loop for as long as all of them take. Everyone who shares this object takes turns.
    """

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Begin the block in a turn of the loop in which no other block has run."""
        async with self._one:
            await asyncio.sleep(0)
            yield
