"""A closed trade as sizing, guards and scores see it: net of fees and funding."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hhq.reasons import CloseReason


class Outcome(StrEnum):
    """How a trade ended after fees and funding."""

    WIN = "win"
    LOSS = "loss"
    NEUTRAL = "neutral"


class ClosedTrade(NamedTuple):
    """A closed trade.

    ``closed_at`` in seconds since 1970 UTC; ``net_pct`` the result in % of the notional after fees and funding;
    ``fees_pct`` the round trip's fees in % of it; ``reason`` None if unknown; ``side`` +1 LONG, −1 SHORT, 0 unknown.
    """

    pair: str
    closed_at: float
    net_pct: float
    fees_pct: float
    reason: CloseReason | None
    side: int = 0

    @property
    def outcome(self) -> Outcome:
        """Win, loss, or neutral where the result is smaller than the round trip's fees (or unknown)."""
        return outcome(self.net_pct, self.fees_pct)


def outcome(net_pct: float, fees_pct: float) -> Outcome:
    """Return win, loss, or neutral where the result is smaller than the round trip's fees (or unknown); both in %."""
    if net_pct >= fees_pct and net_pct > 0:
        return Outcome.WIN
    if net_pct <= -fees_pct and net_pct < 0:
        return Outcome.LOSS
    return Outcome.NEUTRAL
