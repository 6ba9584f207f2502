"""Measures how long the event loop is held by one piece of work, and how long it waits for a processor."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from companion.ground.clock import Clock
from companion.tasks.processor_wait import ProcessorWait

logger = logging.getLogger("companion.tasks")

INTERVAL_SECONDS = 0.005
STALL_SECONDS = 0.020
"""No piece of work may hold the event loop longer (docs/operations.md)."""
_WORTH_A_LINE_SECONDS = 0.250


@dataclass(frozen=True, slots=True)
class StallStatus:
    """``longest_seconds`` that the loop was held, how often longer than 20 ms, and the last time of that (0 = never).

    ``longest_wait_seconds`` and ``waits``: the same for the times at which others had the processors instead.
    """

    longest_seconds: float
    stalls: int
    last_stall_ms: int
    longest_wait_seconds: float
    waits: int


class StallMonitor:
    """Sleeps 5 ms again and again; the time it is woken too late is time that something held the loop.

    A hold that begins while the monitor sleeps is seen short by at most those 5 ms, never long by our own doing. Of that
    time the loop's thread may have stood in line for a processor: it is told apart, for what helps is another machine. A
    thread of this process that keeps the interpreter while it stands in line itself reads as a hold.
    """

    def __init__(
        self,
        clock: Clock,
        interval_seconds: float = INTERVAL_SECONDS,
        processor_wait: Callable[[], ProcessorWait] = ProcessorWait,
    ) -> None:
        self._clock = clock
        self._interval = interval_seconds
        self._processor_wait = processor_wait
        self._status = _NOTHING

    async def run(self) -> None:
        """Measure until cancelled."""
        in_line = self._processor_wait()
        try:
            while True:
                due, waited = self._clock.monotonic() + self._interval, in_line.seconds()
                await self._clock.sleep(self._interval)
                self._take(self._clock.monotonic() - due, in_line.seconds() - waited)
        finally:
            in_line.close()

    def status(self) -> StallStatus:
        """What was seen since the start or the last :meth:`reset`."""
        return self._status

    def reset(self) -> None:
        """Forget what was seen, as after the start."""
        self._status = _NOTHING

    def _take(self, late: float, waited: float) -> None:
        waited = min(waited, late)
        held, before = late - waited, self._status
        self._status = StallStatus(
            longest_seconds=max(before.longest_seconds, held),
            stalls=before.stalls + (held > STALL_SECONDS),
            last_stall_ms=self._clock.now_ms() if held > STALL_SECONDS else before.last_stall_ms,
            longest_wait_seconds=max(before.longest_wait_seconds, waited),
            waits=before.waits + (waited > STALL_SECONDS),
        )
        if late >= _WORTH_A_LINE_SECONDS:
            logger.warning(
                "the event loop was held for %.0f ms and waited %.0f ms for a processor",
                held * 1000.0,
                waited * 1000.0,
            )


_NOTHING = StallStatus(0.0, 0, 0, 0.0, 0)
