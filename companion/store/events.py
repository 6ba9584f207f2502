"""The outbox in the database: events in commit order, and how far each consumer has got."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from companion.store.tables import ConsumerRow, EventRow
from companion.store.upsert import upsert

_ORDER_LOCK = 0x4848_5132
"""Key of the PostgreSQL advisory lock that lets publishers take ids one at a time."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened; ``kind`` and ``key`` together identify it and never occur twice. Time in ms UTC."""

    id: int
    kind: str
    key: str
    created_ms: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a consumer has got: the id of the last event it took or skipped, and how many it has taken in all.

    ``failures``: failed attempts at its next event, with the error of the last one.
    """

    name: str
    event_id: int
    taken: int
    failures: int
    last_error: str
    changed_ms: int


def publish(session: Session, kind: str, key: str, payload: Mapping[str, Any], now_ms: int) -> bool:
    """Add an event in the same transaction as what it reports; False if it exists already.

    One transaction at a time takes ids, so no consumer can pass over an event that is committed later.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ORDER_LOCK})
    values = {"kind": kind, "key": key, "created_ms": now_ms, "payload": payload}
    return upsert(session, EventRow, values, keys=("kind", "key"))


def introduce(session: Session, consumer: str, *, now_ms: int, from_start: bool) -> Position:
    """The consumer's position; an unknown consumer begins at the first event, or after the newest one."""
    newest = 0 if from_start else session.scalar(select(func.max(EventRow.id))) or 0
    fresh = {
        "name": consumer,
        "position": newest,
        "taken": 0,
        "failures": 0,
        "last_error": "",
        "changed_ms": now_ms,
    }
    upsert(session, ConsumerRow, fresh, keys=("name",))
    return position(session, consumer)


def position(session: Session, consumer: str) -> Position:
    """How far a consumer has got. Raises KeyError for an unknown one."""
    row = session.get(ConsumerRow, consumer)
    if row is None:
        raise KeyError(consumer)
    return _position(row)


def positions(session: Session) -> dict[str, Position]:
    """The positions of all known consumers, by name."""
    return {
        row.name: _position(row) for row in session.scalars(select(ConsumerRow).order_by(ConsumerRow.name))
    }


def after(session: Session, event_id: int, kinds: Collection[str], *, limit: int) -> Sequence[Event]:
    """The next events of these kinds, oldest first."""
    rows = session.scalars(
        select(EventRow)
        .where(EventRow.id > event_id, EventRow.kind.in_(kinds))
        .order_by(EventRow.id)
        .limit(limit)
    )
    return [Event(row.id, row.kind, row.key, row.created_ms, row.payload) for row in rows]


def waiting(session: Session, event_id: int, kinds: Collection[str]) -> int:
    """How many events of these kinds come after ``event_id``."""
    wanted = (EventRow.id > event_id, EventRow.kind.in_(kinds))
    return session.scalar(select(func.count()).select_from(EventRow).where(*wanted)) or 0


def advance(session: Session, before: Position, event_id: int, *, counts: bool, now_ms: int) -> bool:
    """Move a consumer from ``before`` to ``event_id``, counting the event as taken or (``counts`` false) passed over.

    False, and nothing changes, if the consumer is elsewhere by now: somebody else has moved it.
    """
    moved = session.scalars(
        update(ConsumerRow)
        .where(ConsumerRow.name == before.name, ConsumerRow.position == before.event_id)
        .values(
            position=event_id,
            taken=ConsumerRow.taken + (1 if counts else 0),
            failures=0,
            last_error="",
            changed_ms=now_ms,
        )
        .returning(ConsumerRow.name)
    ).all()
    return bool(moved)


def note_failure(session: Session, consumer: str, error: str, now_ms: int) -> None:
    """Count a failed attempt at the consumer's next event."""
    session.execute(
        update(ConsumerRow)
        .where(ConsumerRow.name == consumer)
        .values(failures=ConsumerRow.failures + 1, last_error=error, changed_ms=now_ms)
    )


def forget_taken(session: Session, kinds: Mapping[str, Collection[str]], before_ms: int, *, most: int) -> int:
    """Remove at most ``most`` events from before ``before_ms`` that no consumer still needs; returns how many.

    ``kinds``: the kinds of events that each consumer takes. Nothing is removed while one of them is still unknown, or if
    there are none.
    """
    known = positions(session)
    if not kinds or not set(kinds) <= set(known):
        return 0
    removable = [EventRow.created_ms < before_ms]
    for name, wanted in kinds.items():
        removable.append(or_(EventRow.id <= known[name].event_id, EventRow.kind.not_in(wanted)))
    old = select(EventRow.id).where(*removable).order_by(EventRow.id).limit(most)
    return len(session.scalars(delete(EventRow).where(EventRow.id.in_(old)).returning(EventRow.id)).all())


def _position(row: ConsumerRow) -> Position:
    return Position(row.name, row.position, row.taken, row.failures, row.last_error, row.changed_ms)
