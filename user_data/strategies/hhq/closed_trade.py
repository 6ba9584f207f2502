"""A closed trade as sizing, guards and scores see it: net of fees and funding."""

from __future__ import annotations

import math
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


_EQUAL_PCT = 1e-9
"""What bot and companion, which divide the same money by notionals of their own, may differ by through rounding."""


def outcome(net_pct: float, fees_pct: float) -> Outcome:
    """Return win, loss, or neutral where the result is smaller than the round trip's fees (or unknown); both in %.

    A result as large as the fees is a win or a loss; rounding in the last digits does not make it smaller.
    """
    border = fees_pct - _EQUAL_PCT
    if net_pct >= border and net_pct > 0:
        return Outcome.WIN
    if net_pct <= -border and net_pct < 0:
        return Outcome.LOSS
    return Outcome.NEUTRAL


def closed_trade(
    pair: str,
    closed_at: float,
    *,
    net: float,
    notional: float,
    fee_rate: float,
    reason: CloseReason | None,
    side: int,
) -> ClosedTrade:
    """Return a closed trade from its result after fees and funding and the notional of its entries, both in USDT.

    ``fee_rate``: entry's and exit's rate together, a fraction of that notional. A result without a notional is n/a (NaN).
    """
    net_pct = net / notional * 100.0 if notional > 0.0 else math.nan
    return ClosedTrade(pair, closed_at, net_pct, fee_rate * 100.0, reason, side)
