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
    ``fees_pct`` the fees paid in % of it; ``reason`` None if unknown; ``side`` +1 LONG, −1 SHORT, 0 unknown.
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


def paid_fees(entry_value: float, exit_value: float, fee_open: float, fee_close: float) -> float:
    """Return the fees of a round trip: values of all filled entries and exits, times the rates (fractions) of each."""
    return entry_value * fee_open + exit_value * fee_close


def closed_trade(
    pair: str,
    closed_at: float,
    *,
    net: float,
    fees: float,
    notional: float,
    reason: CloseReason | None,
    side: int,
) -> ClosedTrade:
    """Return a closed trade from its money: result after fees and funding, :func:`paid_fees`, notional of the entries.

    NaN = not known, and so is a result without a notional.
    """
    share = 100.0 / notional if notional > 0.0 else math.nan
    return ClosedTrade(pair, closed_at, net * share, fees * share, reason, side)
