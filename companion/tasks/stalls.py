"""Measures how long the event loop is held by one piece of work."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from companion.clock import Clock

logger = logging.getLogger("companion.tasks")

INTERVAL_SECONDS = 0.005
STALL_SECONDS = 0.020
"""No piece of work may hold the event loop longer (spec: issue of the companion)."""
_WORTH_A_LINE_SECONDS = 0.250


@dataclass(frozen=True, slots=True)
class StallStatus:
    """``longest_seconds`` that the loop was held, how often longer than 20 ms, and the last time of that (0 = never)."""

    longest_seconds: float
    stalls: int
    last_stall_ms: int


class StallMonitor:
    """Sleeps 5 ms again and again; the time it is woken too late is time that something held the loop.

    A hold that begins while the monitor sleeps is seen short by at most those 5 ms, never long by our own doing; a
    machine that is out of processor time reads as a hold too, for the decisions wait just the same.
    """

    def __init__(self, clock: Clock, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._clock = clock
        self._interval = interval_seconds
        self._longest = 0.0
        self._stalls = 0
        self._last_ms = 0

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            due = self._clock.monotonic() + self._interval
            await self._clock.sleep(self._interval)
            self._take(self._clock.monotonic() - due)

    def status(self) -> StallStatus:
        """What was seen since the start or the last :meth:`reset`."""
        return StallStatus(self._longest, self._stalls, self._last_ms)

    def reset(self) -> None:
        """Forget what was seen, as after the start."""
        self._longest, self._stalls, self._last_ms = 0.0, 0, 0

    def _take(self, late: float) -> None:
        self._longest = max(self._longest, late)
        if late <= STALL_SECONDS:
            return
        self._stalls += 1
        self._last_ms = self._clock.now_ms()
        if late >= _WORTH_A_LINE_SECONDS:
            logger.warning("the event loop was held for %.0f ms", late * 1000.0)
