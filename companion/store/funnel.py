"""Counts of the signal funnel, per gate and candle. They outlive the signals themselves."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from companion.store.tables import FunnelRow
from companion.store.upsert import upsert_all


def record(session: Session, candle_ms: int, coins: Mapping[str, int]) -> None:
    """Store how many coins ended at each gate at the candle that closed at ``candle_ms``; a repeat replaces it."""
    session.execute(delete(FunnelRow).where(FunnelRow.candle_ms == candle_ms))
    upsert_all(
        session,
        FunnelRow,
        [{"candle_ms": candle_ms, "gate": gate, "coins": number} for gate, number in coins.items()],
        keys=("candle_ms", "gate"),
        changes=("coins",),
    )


def totals(session: Session, since_ms: int) -> dict[str, int]:
    """Coins per gate, summed over all candles that closed at or after ``since_ms``."""
    rows = session.execute(
        select(FunnelRow.gate, func.sum(FunnelRow.coins))
        .where(FunnelRow.candle_ms >= since_ms)
        .group_by(FunnelRow.gate)
    )
    return {gate: int(number) for gate, number in rows}


def passes(session: Session, since_ms: int) -> dict[int, dict[str, int]]:
    """Coins per gate of each candle that closed at or after ``since_ms``, by the candle's close, oldest first."""
    found: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(FunnelRow.candle_ms, FunnelRow.gate, FunnelRow.coins)
        .where(FunnelRow.candle_ms >= since_ms)
        .order_by(FunnelRow.candle_ms)
    )
    for candle_ms, gate, number in rows:
        found.setdefault(candle_ms, {})[gate] = number
    return found


def forget_before(session: Session, before_ms: int, *, most: int) -> int:
    """Remove at most ``most`` counts of candles that closed before ``before_ms``; returns how many were removed."""
    old = (
        select(FunnelRow.candle_ms)
        .where(FunnelRow.candle_ms < before_ms)
        .order_by(FunnelRow.candle_ms)
        .limit(most)
    )
    removed = session.scalars(
        delete(FunnelRow).where(FunnelRow.candle_ms.in_(old)).returning(FunnelRow.candle_ms)
    ).all()
    return len(removed)
