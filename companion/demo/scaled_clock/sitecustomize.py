"""Makes the wall clock of a Python process run faster; is on the path of the demonstration's bot only.

Wall time and `time.sleep` are scaled; the monotonic clock stays real, so that HTTP and asyncio timeouts
hold. The replay exchange runs its clock from the same origin.
"""

from __future__ import annotations

import os
import time
from typing import SupportsIndex

import time_machine

_NANOSECONDS = 1_000_000_000


class _ScaledTraveller(time_machine.Traveller):
    """Time that passes `speed` times as fast since `origin_ns`."""

    def __init__(self, origin_ns: int, speed: float, elapsed_ns: int) -> None:
        super().__init__(origin_ns, None, tick=True)
        self._origin_ns = origin_ns
        self._speed = speed
        self._begin = time.monotonic_ns() - elapsed_ns

    def time_ns(self) -> int:
        """Scaled nanoseconds since 1970."""
        return self._origin_ns + int((time.monotonic_ns() - self._begin) * self._speed)


def _start(origin: float, speed: float) -> None:
    origin_ns = int(origin * _NANOSECONDS)
    traveller = _ScaledTraveller(origin_ns, speed, time.time_ns() - origin_ns)
    time_machine.travel(origin, tick=True).start()
    # The library has no public way to run a clock at another speed: its running traveller is replaced.
    time_machine.traveller_stack[-1] = traveller
    real_sleep = time.sleep

    def scaled_sleep(seconds: float | SupportsIndex, /) -> None:
        real_sleep(float(seconds) / speed)

    time.sleep = scaled_sleep


if "HHQ_CLOCK_SPEED" in os.environ:
    _start(float(os.environ["HHQ_CLOCK_ORIGIN"]), float(os.environ["HHQ_CLOCK_SPEED"]))
