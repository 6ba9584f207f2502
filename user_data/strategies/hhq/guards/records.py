"""The locks that guards return, and which closed trades count for them."""

from __future__ import annotations

from typing import NamedTuple

from hhq.closed_trade import ClosedTrade, Outcome
from hhq.guards.lock_causes import Guard, LockCause, lock_reason
from hhq.reasons import STOP_CODES, CloseReason

ALL_PAIRS = "*"
"""Scope of a lock on every pair, as Freqtrade writes it."""

_STOP_EXITS = STOP_CODES | {
    CloseReason.EMERGENCY_SL,
    CloseReason.KILL_SWITCH_FULL,
    CloseReason.KILL_SWITCH_PARTIAL,
    CloseReason.LIQUIDATION,
}


class Lock(NamedTuple):
    """Entries of ``pair`` (or of all) are locked until ``until``; ``since`` is when the cause happened (both s UTC)."""

    pair: str
    since: float
    until: float
    cause: LockCause

    @property
    def guard(self) -> Guard:
        """The guard that set the lock."""
        return self.cause.guard

    @property
    def reason(self) -> str:
        """The reason as Freqtrade stores and shows it."""
        return lock_reason(self.cause)


def is_losing_stop(trade: ClosedTrade) -> bool:
    """Return whether a stop of any kind closed the trade at a loss; a trailing stop in profit does not count."""
    return trade.reason in _STOP_EXITS and trade.outcome is Outcome.LOSS
