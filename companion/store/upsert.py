"""Insert a row, or change the existing one: one statement, spelled for each engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from companion.store.tables import Base


def upsert(
    session: Session,
    table: type[Base],
    values: Mapping[str, Any],
    *,
    keys: Sequence[str],
    changes: Sequence[str] = (),
    added: Sequence[str] = (),
) -> bool:
    """Insert ``values``; if a row has the same ``keys``, set its ``changes`` and add to its ``added`` instead.

    Without either, the existing row stays as it is. Returns whether a row was inserted or changed.
    """
    rows = cast("Table", table.__table__)
    statement = _insert(session)(rows).values(**values)
    change: dict[str, Any] = {name: statement.excluded[name] for name in changes}
    change |= {name: rows.c[name] + statement.excluded[name] for name in added}
    if change:
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=change)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    result = cast("CursorResult[Any]", session.execute(statement))
    return result.rowcount > 0


def upsert_all(
    session: Session,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    changes: Sequence[str],
) -> None:
    """Like :func:`upsert` for each row, with one statement for all: most of a statement's time is building it."""
    if rows:
        statement = _insert(session)(cast("Table", table.__table__))
        change = {name: statement.excluded[name] for name in changes}
        session.execute(
            statement.on_conflict_do_update(index_elements=list(keys), set_=change), list(map(dict, rows))
        )


def _insert(session: Session) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return sqlite.Insert if session.get_bind().dialect.name == "sqlite" else postgresql.Insert
