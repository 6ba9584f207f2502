"""A clock that tests move by hand."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

START_MS = 1_760_000_000_000
_SETTLING_TURNS = 50


class ManualClock:
    """Time stands still until :meth:`advance`; sleepers are woken in the order of their times."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self._start_ms = now_ms
        self._seconds = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        """Wall time in ms; it advances together with the monotonic time."""
        return self._start_ms + round(self._seconds * 1000)

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        """Return once the clock has been advanced by ``seconds``."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._seconds + seconds, next(self._order), woken))
        await woken

    def turn(self, seconds: float) -> None:
        """Advance without waking anybody, as a blocked loop or a suspended machine would."""
        self._seconds += seconds

    async def advance(self, seconds: float) -> None:
        """Advance, waking each sleeper at its time and letting it work before time goes on."""
        await settle()
        end = self._seconds + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            self._seconds = max(self._seconds, due)
            if not woken.done():
                woken.set_result(None)
                await settle()
        self._seconds = max(self._seconds, end)

    @property
    def waits(self) -> list[float]:
        """Seconds that each sleeper still has to wait, ascending."""
        return sorted(due - self._seconds for due, _, woken in self._sleepers if not woken.done())


async def settle() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(_SETTLING_TURNS):
        await asyncio.sleep(0)
