"""Clocks of the replay exchange: the time it serves, scaled from the real clock or advanced by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from companion.replay.errors import ReplayError


class Clock(Protocol):
    """Served time and the waiting of the stream loop."""

    @property
    def speed(self) -> float:
        """Served seconds per real second; 0 for a clock advanced by hand."""

    def now(self) -> int:
        """Served time in milliseconds since 1970 (UTC)."""

    async def wait(self, until: int, at_most: float) -> None:
        """Return when served time may have reached `until` (ms), after at most `at_most` real seconds."""


class ScaledClock:
    """Served time = origin + (real time - origin) × speed."""

    def __init__(
        self,
        speed: float = 1.0,
        origin: float | None = None,
        real: Callable[[], float] = time.time,
    ) -> None:
        """`origin` is the real instant (Unix seconds) at which both clocks agree; now if None."""
        if not speed > 0.0:
            raise ReplayError(f"speed must be greater than 0, got {speed}")
        self._speed = speed
        self._real = real
        self._origin = real() if origin is None else origin

    @property
    def speed(self) -> float:
        """Served seconds per real second."""
        return self._speed

    def now(self) -> int:
        """Served time in milliseconds."""
        return int((self._origin + (self._real() - self._origin) * self._speed) * 1000.0)

    async def wait(self, until: int, at_most: float) -> None:
        """Sleep until served `until` or `at_most` real seconds, whichever is sooner."""
        remaining = (until - self.now()) / (1000.0 * self._speed)
        # A hair past the instant: waking a moment early would cost a whole extra round.
        await asyncio.sleep(max(0.0, min(remaining + 0.001, at_most)))


class ManualClock:
    """A clock that stands still until it is told to move; safe to move from another thread."""

    def __init__(self, now_ms: int) -> None:
        self._now = now_ms
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def speed(self) -> float:
        """0: time does not run by itself."""
        return 0.0

    def now(self) -> int:
        """Served time in milliseconds."""
        return self._now

    def set(self, now_ms: int) -> None:
        """Move to `now_ms`. Raises ReplayError when that lies in the past."""
        if now_ms < self._now:
            raise ReplayError(f"the clock cannot go back from {self._now} to {now_ms}")
        self._now = now_ms
        for loop, event in tuple(self._waiting):
            loop.call_soon_threadsafe(event.set)

    def advance(self, milliseconds: int) -> None:
        """Move forward by `milliseconds`."""
        self.set(self._now + milliseconds)

    async def wait(self, until: int, at_most: float) -> None:  # noqa: ARG002 - real time does not count
        """Return at the next move of the clock, or at once when `until` has passed."""
        if self._now >= until:
            return
        entry = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.add(entry)
        try:
            await entry[1].wait()
        finally:
            self._waiting.discard(entry)
