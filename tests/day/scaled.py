"""The companion's clock at another speed, and the settings that go with it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class ScaledClock:
    """Every second of the companion lasts 1 / ``speed`` real seconds; ``origin`` is the exchange's (Unix seconds)."""

    speed: float
    origin: float

    def now_ms(self) -> int:
        """Wall time in ms since 1970-01-01 UTC, as the exchange serves it."""
        return int((self.origin + (time.time() - self.origin) * self.speed) * 1000.0)

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic() * self.speed

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of this clock."""
        await asyncio.sleep(seconds / self.speed)


_REAL_SECONDS: dict[tuple[str, str], tuple[float, float]] = {
    ("streams", "quiet_seconds"): (1.0, 60.0),
    ("streams", "silence_seconds"): (2.5, 120.0),
    ("streams", "eventless_seconds"): (60.0, 3600.0),
    ("streams", "candle_late_seconds"): (1.0, 60.0),
    ("streams", "candle_stale_seconds"): (10.0, 3600.0),
    ("streams", "ticker_stale_seconds"): (15.0, 600.0),
    ("streams", "backoff_seconds"): (0.2, 60.0),
    ("streams", "longest_backoff_seconds"): (10.0, 600.0),
    ("recorder", "book_stale_seconds"): (12.0, 600.0),
    ("recorder", "mark_stale_seconds"): (12.0, 600.0),
    ("recorder", "trade_stale_seconds"): (12.0, 600.0),
    ("scanner", "first_pass_seconds"): (1.0, 60.0),
    ("scanner", "patience_seconds"): (4.0, 240.0),
    ("scanner", "refresh_seconds"): (0.5, 60.0),
    ("store", "lease_seconds"): (12.0, 600.0),
}
"""Real seconds that a setting has to span, and the most that it may be."""
_WHATEVER_THE_SPEED: dict[tuple[str, str], float] = {
    ("exchange", "weight_limit"): 100_000,
    ("bots", "poll_seconds"): 5.0,
    ("bots", "digests_per_second"): 4.0,
    ("recorder", "sample_seconds"): 15,
    ("recorder", "seal_after_ms"): 900,
    ("scanner", "pairlist_refresh_seconds"): 1,
}


def scaled_settings(speed: float) -> dict[str, dict[str, float]]:
    """Settings of the companion at ``speed``: what waits for the exchange must span the exchange's real periods.

    The exchange sends each stream at its real period, however fast its time runs, and the machine answers in real time.
    """
    sections: dict[str, dict[str, float]] = {}
    for (section, name), (seconds, most) in _REAL_SECONDS.items():
        sections.setdefault(section, {})[name] = min(seconds * speed, most)
    for (section, name), value in _WHATEVER_THE_SPEED.items():
        sections.setdefault(section, {})[name] = value
    return sections
