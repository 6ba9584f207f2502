"""Blacklist: a streak of losing trades locks the coin (docs/exits.md)."""

from __future__ import annotations

from collections.abc import Iterable

from hhq.closed_trade import ClosedTrade, Outcome
from hhq.guards.lock_causes import LosingStreak
from hhq.guards.records import Lock
from hhq.settings.guards import BlacklistSettings


def blacklist_lock(
    trades: Iterable[ClosedTrade], pair: str, now: float, settings: BlacklistSettings
) -> Lock | None:
    """Return the lock of ``pair`` that is active at ``now`` (s), None when there is none; ``trades`` in any order.

    Neutral trades neither count towards a streak nor break it.
    """
    if not settings.enabled:
        return None
    judged = [(trade.closed_at, trade.outcome) for trade in trades if trade.pair == pair]
    row = sorted((at, how) for at, how in judged if at <= now and how is not Outcome.NEUTRAL)
    row = row[-settings.losing_trades :]
    if len(row) < settings.losing_trades or any(how is not Outcome.LOSS for _, how in row):
        return None
    last = row[-1][0]
    until = last + settings.lock_minutes * 60.0
    return Lock(pair, last, until, LosingStreak(settings.losing_trades)) if until > now else None
