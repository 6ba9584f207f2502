"""What guards answer: locks; and which closed trades count for them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hhq.closed_trade import ClosedTrade, Outcome
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


def is_losing_stop(trade: ClosedTrade) -> bool:
    """Return whether a stop of any kind closed the trade at a loss; a trail that won is none."""
    return trade.reason in _STOP_EXITS and trade.outcome is Outcome.LOSS
