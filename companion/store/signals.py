"""Signals: candidates at the close of a candle, accepted and rejected, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from companion.store.paging import Rows
from companion.store.tables import SignalRow
from companion.store.upsert import upsert_all


@dataclass(frozen=True, slots=True)
class Signal:
    """A candidate. ``source``: the scanner, or the bot that took or refused it; ``side`` +1 long, −1 short.

    ``candle_ms``: close of the candle, ms UTC; ``reason``: the gate, veto or lock that rejected it, empty if accepted;
    ``score`` in points, ``leverage`` as a factor, None = n/a. ``details``: what else is worth keeping, as plain values.
    """

    source: str
    pair: str
    candle_ms: int
    side: int
    accepted: bool
    reason: str = ""
    score: float | None = None
    leverage: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignalFilter:
    """Which signals are wanted; None = all."""

    pair: str | None = None
    source: str | None = None
    accepted: bool | None = None
    since_ms: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions of a query."""
        wanted: list[ColumnElement[bool]] = []
        if self.pair is not None:
            wanted.append(SignalRow.pair == self.pair)
        if self.source is not None:
            wanted.append(SignalRow.source == self.source)
        if self.accepted is not None:
            wanted.append(SignalRow.accepted.is_(self.accepted))
        if self.since_ms is not None:
            wanted.append(SignalRow.candle_ms >= self.since_ms)
        return wanted


def record(session: Session, signals: Iterable[Signal]) -> None:
    """Store signals; one of the same source, pair and candle replaces what was known before."""
    upsert_all(
        session,
        SignalRow,
        [asdict(signal) for signal in signals],
        keys=("source", "pair", "candle_ms"),
        changes=("side", "accepted", "reason", "score", "leverage", "details"),
    )


def find(session: Session, wanted: SignalFilter, *, offset: int = 0, limit: int = 100) -> Rows[Signal]:
    """The newest signals that match, after skipping ``offset`` of them."""
    conditions = wanted.conditions()
    total = session.scalar(select(func.count()).select_from(SignalRow).where(*conditions)) or 0
    rows = session.scalars(
        select(SignalRow)
        .where(*conditions)
        .order_by(SignalRow.candle_ms.desc(), SignalRow.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return Rows(total, tuple(_signal(row) for row in rows))


def forget_before(session: Session, before_ms: int, *, most: int) -> int:
    """Remove at most ``most`` signals of candles that closed before ``before_ms``; returns how many were removed."""
    old = (
        select(SignalRow.id).where(SignalRow.candle_ms < before_ms).order_by(SignalRow.candle_ms).limit(most)
    )
    removed = session.scalars(delete(SignalRow).where(SignalRow.id.in_(old)).returning(SignalRow.id)).all()
    return len(removed)


def _signal(row: SignalRow) -> Signal:
    return Signal(
        row.source,
        row.pair,
        row.candle_ms,
        row.side,
        row.accepted,
        row.reason,
        row.score,
        row.leverage,
        row.details,
    )
