"""What has happened so far, counted by name, and waiting for something to happen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable


class Counters:
    """Counts by name since the start; docs/streams.md lists the names."""

    def __init__(self) -> None:
        self._values: Counter[str] = Counter()
        self._waiting = 0
        self._counted = asyncio.Event()

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    def add(self, name: str, number: int = 1) -> None:
        """Count, and wake whoever waits."""
        self._values[name] += number
        if self._waiting:
            self._counted.set()

    def values(self) -> dict[str, int]:
        """All counts by name."""
        return dict(sorted(self._values.items()))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once ``holds()`` is true; it is checked again after every count. No time-out: bound the wait yourself."""
        self._waiting += 1
        try:
            while not holds():
                self._counted.clear()
                await self._counted.wait()
        finally:
            self._waiting -= 1
