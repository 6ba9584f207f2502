"""What guards read and answer: closed trades, their outcome, locks."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hhq.reasons import STOP_CODES, CloseReason

ALL_PAIRS = "*"
"""Scope of a lock that holds for every pair, as Freqtrade writes it."""

_STOP_EXITS = STOP_CODES | {
    CloseReason.EMERGENCY_SL,
    CloseReason.KILL_SWITCH_FULL,
    CloseReason.KILL_SWITCH_PARTIAL,
    CloseReason.LIQUIDATION,
}


class Guard(StrEnum):
    """Names of the guards; the reason of a lock begins with one."""

    STOPLOSS_FREQUENCY = "SL_GUARD"
    BLACKLIST = "BLACKLIST"
    DAILY_LOSS = "DAILY_LOSS"
    KILL_SWITCH = "KILL_SWITCH"


class Outcome(StrEnum):
    """How a trade ended after fees and funding."""

    WIN = "win"
    LOSS = "loss"
    NEUTRAL = "neutral"


class ClosedTrade(NamedTuple):
    """A closed trade: ``closed_at`` in seconds since 1970 UTC; ``net_pct`` of the notional after fees and
    funding.

    ``fees_pct`` of its round trip; ``reason`` None when it is not known; ``side`` +1 LONG, −1 SHORT, 0 not known.
    """

    pair: str
    closed_at: float
    net_pct: float
    fees_pct: float
    reason: CloseReason | None
    side: int = 0


class Lock(NamedTuple):
    """Entries of ``pair`` (or all) are locked until ``until``; ``since`` is the time of what caused it."""

    guard: Guard
    pair: str
    since: float
    until: float
    text: str

    @property
    def reason(self) -> str:
        """Return the reason as Freqtrade stores and shows it."""
        return f"{self.guard}: {self.text}"


def outcome(net_pct: float, fees_pct: float) -> Outcome:
    """Return win, loss, or neutral where the result is smaller than the round trip's fees (or not known)."""
    if net_pct >= fees_pct and net_pct > 0:
        return Outcome.WIN
    if net_pct <= -fees_pct and net_pct < 0:
        return Outcome.LOSS
    return Outcome.NEUTRAL


def is_losing_stop(trade: ClosedTrade) -> bool:
    """Return whether a stop of any kind closed the trade at a loss; a trail that won is none."""
    return trade.reason in _STOP_EXITS and outcome(trade.net_pct, trade.fees_pct) is Outcome.LOSS
