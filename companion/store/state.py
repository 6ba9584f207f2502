"""Small pieces of state by key: what was cleared, what was counted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.store.columns import Document
from companion.store.tables import StateRow
from companion.store.upsert import upsert


def get(session: Session, key: str) -> Document | None:
    """The value under ``key``, None without one."""
    return session.scalar(select(StateRow.value).where(StateRow.key == key))


def put(session: Session, *, key: str, value: Document, now_ms: int) -> None:
    """Store ``value`` under ``key``, replacing what was there."""
    upsert(
        session,
        StateRow,
        {"key": key, "value": value, "number": 0, "changed_ms": now_ms},
        keys=("key",),
        changes=("value", "changed_ms"),
    )


def forget(session: Session, key: str) -> bool:
    """Remove ``key``; returns whether it was there."""
    row = session.get(StateRow, key)
    if row is None:
        return False
    session.delete(row)
    return True


def with_prefix(session: Session, prefix: str) -> dict[str, Document]:
    """All values whose key begins with ``prefix``, by key."""
    found = session.execute(
        select(StateRow.key, StateRow.value)
        .where(StateRow.key.startswith(prefix, autoescape=True), StateRow.value.is_not(None))
        .order_by(StateRow.key)
    )
    return {key: value for key, value in found if value is not None}


def count(session: Session, key: str, now_ms: int, by: int = 1) -> int:
    """Add ``by`` to the counter ``key`` (0 at first); returns its value afterwards."""
    upsert(
        session,
        StateRow,
        {"key": key, "value": None, "number": by, "changed_ms": now_ms},
        keys=("key",),
        changes=("changed_ms",),
        added=("number",),
    )
    return counted(session, key)


def counted(session: Session, key: str) -> int:
    """The value of the counter ``key``, 0 without one."""
    return session.scalar(select(StateRow.number).where(StateRow.key == key)) or 0
