"""A clock that the test moves, with the sleepers that wait on it."""

from __future__ import annotations

import asyncio


class HandClock:
    """Wall and monotonic time move together, by hand."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._start = self._now = now_ms
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start) / 1000.0

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.monotonic() + seconds, future))
        await future

    @property
    def next_wake(self) -> float | None:
        """Monotonic seconds at which the next sleeper wakes."""
        return min((due for due, future in self._sleepers if not future.done()), default=None)

    async def advance(self, seconds: float) -> None:
        """Move on, and let those that wake do their work."""
        self._now += round(seconds * 1000.0)
        for due, future in self._sleepers:
            if due <= self.monotonic() and not future.done():
                future.set_result(None)
        self._sleepers = [(due, future) for due, future in self._sleepers if not future.done()]
        for _ in range(20):
            await asyncio.sleep(0)
