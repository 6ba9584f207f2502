"""Work that comes in bursts, one piece in each turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Lets one after the other through, and all else that waits for the loop between any two.

    Answers to requests that were sent together come together too, and a scan is published while they do: in one go they
    would hold the loop for as long as all of them take. Who shares it takes turns with all others.
    """

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Begin the block in a turn of the loop in which no other block has run."""
        async with self._one:
            await asyncio.sleep(0)
            yield
