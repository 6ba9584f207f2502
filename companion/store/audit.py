"""The audit log: who changed what, from what to what. Append-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from companion.ground.clock import Clock
from companion.ground.redaction import without_secrets
from companion.ground.roles import Principal
from companion.store.database import Store
from companion.store.paging import Rows
from companion.store.tables import AuditRow

DONE = "done"
ASKED = "asked"
"""Outcome of an entry written before the act, so that even an act that ends the service leaves a trace."""


class About(TypedDict, total=False):
    """What is known of an act besides who did what; see :class:`AuditEntry`."""

    target: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    outcome: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One control call. ``what`` is the act (``position.close``), ``target`` what it was done to, ``time_ms`` in ms UTC.

    ``before`` and ``after``: the state that was changed, as plain values; None if there is none. ``outcome``: "done",
    "asked", or why it failed. Values under names of secrets (password, token, key …) are never stored.
    """

    time_ms: int
    who: str
    role: str
    means: str
    address: str
    what: str
    target: str = ""
    outcome: str = DONE
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None = all."""

    who: str | None = None
    what: str | None = None
    since_ms: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions of a query."""
        wanted: list[ColumnElement[bool]] = []
        if self.who is not None:
            wanted.append(AuditRow.who == self.who)
        if self.what is not None:
            wanted.append(AuditRow.what == self.what)
        if self.since_ms is not None:
            wanted.append(AuditRow.time_ms >= self.since_ms)
        return wanted


class AuditLog:
    """Writes and reads entries."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def record(self, who: Principal, what: str, **about: Unpack[About]) -> None:
        """Add an entry with the current time; it is committed when this returns. Raises what Store.write raises."""
        await self.write(entry_of(self._clock.now_ms(), who, what, **about))

    async def write(self, entry: AuditEntry) -> None:
        """Add an entry; it is committed when this returns. Raises what Store.write raises."""
        await self._store.write(partial(add, entry=entry))

    async def find(self, wanted: AuditFilter, *, offset: int = 0, limit: int = 100) -> Rows[AuditEntry]:
        """The newest entries that match, after skipping ``offset`` of them."""
        return await self._store.read(partial(find, wanted=wanted, offset=offset, limit=limit))


def entry_of(time_ms: int, who: Principal, what: str, **about: Unpack[About]) -> AuditEntry:
    """An entry of what somebody does at a time."""
    return AuditEntry(
        time_ms, who.name, who.role.value, who.means.value, who.address, what,
        about.get("target", ""), about.get("outcome", DONE), about.get("before"), about.get("after"),
    )  # fmt: skip


def add(session: Session, entry: AuditEntry) -> None:
    """Add an entry in the session's transaction."""
    session.add(
        AuditRow(
            time_ms=entry.time_ms,
            who=entry.who,
            role=entry.role,
            means=entry.means,
            address=entry.address,
            what=entry.what,
            target=entry.target,
            outcome=entry.outcome,
            before=without_secrets(entry.before),
            after=without_secrets(entry.after),
        )
    )


def find(session: Session, wanted: AuditFilter, *, offset: int, limit: int) -> Rows[AuditEntry]:
    """The newest entries that match, after skipping ``offset`` of them."""
    conditions = wanted.conditions()
    total = session.scalar(select(func.count()).select_from(AuditRow).where(*conditions)) or 0
    rows = session.scalars(
        select(AuditRow)
        .where(*conditions)
        .order_by(AuditRow.time_ms.desc(), AuditRow.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return Rows(total, tuple(_entry(row) for row in rows))


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        row.time_ms,
        row.who,
        row.role,
        row.means,
        row.address,
        row.what,
        row.target,
        row.outcome,
        row.before,
        row.after,
        row.id,
    )
