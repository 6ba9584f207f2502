"""Measures event-loop stalls, and how long the loop waits for a CPU."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from companion.ground.clock import Clock
from companion.tasks.processor_wait import ProcessorWait

logger = logging.getLogger("companion.tasks")

INTERVAL_SECONDS = 0.005
STALL_SECONDS = 0.020
"""No piece of work may block the event loop longer (docs/operations.md)."""
_WORTH_A_LINE_SECONDS = 0.250


@dataclass(frozen=True, slots=True)
class StallStatus:
    """``longest_seconds``: the longest stall; ``stalls`` counts those above 20 ms, ``last_stall_ms``: the last one's time.

    Times in ms UTC, 0 = never. ``longest_wait_seconds`` and ``waits``: the same for waits of the loop for a CPU.
    """

    longest_seconds: float
    stalls: int
    last_stall_ms: int
    longest_wait_seconds: float
    waits: int


class StallMonitor:
    """Sleeps 5 ms over and over; however late it wakes is time for which something stalled the loop.

    A stall that begins while the monitor sleeps is measured at most those 5 ms too short, never too long. Time in which
    the loop's thread waited for a CPU is counted apart: only a bigger machine helps against it. Another thread of this
    process that holds the GIL while it waits for a CPU itself counts as a stall.
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
