"""How long to wait before the next attempt."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double from ``first`` to ``longest`` seconds, each drawn at random from its upper half.

    The draw ("equal jitter") keeps several failing parts from retrying in step; no wait is below ``first`` / 2.
    """

    first: float = 1.0
    longest: float = 60.0

    def wait(self, failures: int, rng: Random) -> float:
        """Seconds to wait after ``failures`` ≥ 1 failures in a row."""
        doubled = self.first * 2.0 ** min(failures - 1, 62)
        most = min(self.longest, doubled)
        return most * (0.5 + 0.5 * rng.random())
