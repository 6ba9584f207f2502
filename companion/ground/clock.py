"""The clock that every part of the service is given: no part reads the system clock by itself."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Wall time for stamps and candles, monotonic time for ages and waits."""

    def now_ms(self) -> int:
        """Wall time in ms since 1970-01-01 UTC."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; they never go back."""

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of monotonic time."""


class SystemClock:
    """The machine's clocks."""

    def now_ms(self) -> int:
        """Wall time in ms since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since some fixed moment; they never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        await asyncio.sleep(seconds)
