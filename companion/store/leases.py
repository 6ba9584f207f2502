"""The lease in the database: which instance of an account is active. All times are the database's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from companion.store.engine import database_ms
from companion.store.errors import LeaseLostError
from companion.store.tables import LeaseRow
from companion.store.upsert import upsert

Now: TypeAlias = Callable[[Session], int]
"""Wall time in ms UTC, read within the transaction."""


@dataclass(frozen=True, slots=True)
class LeaseState:
    """What the database says. ``generation`` grows with each takeover: an older one is void.

    ``left_ms``: time until the lease expires, negative once it has.
    """

    holder: str
    generation: int
    acquired_ms: int
    left_ms: int


def database_time(session: Session) -> int:
    """The database's wall time in ms UTC."""
    return database_ms(session.connection())


def acquire(session: Session, account: str, holder: str, lasts_ms: int, now: Now) -> LeaseState:
    """Take the lease if nobody holds it; returns what the database says afterwards, whoever holds it."""
    free = {
        "account": account,
        "holder": "",
        "generation": 0,
        "acquired_ms": 0,
        "heartbeat_ms": 0,
        "expires_ms": 0,
    }
    upsert(session, LeaseRow, free, keys=("account",))
    row = _locked(session, account)
    # Read only now: another instance may have held the row until just before.
    now_ms = now(session)
    if row.expires_ms <= now_ms:
        row.holder = holder
        row.generation += 1
        row.acquired_ms = row.heartbeat_ms = now_ms
        row.expires_ms = now_ms + lasts_ms
    return LeaseState(row.holder, row.generation, row.acquired_ms, row.expires_ms - now_ms)


def renew(session: Session, account: str, holder: str, generation: int, lasts_ms: int, now: Now) -> bool:
    """Extend the lease from now on; False if somebody else has taken it.

    A lease that has run out but that nobody has taken is renewed: nobody else has acted meanwhile.
    """
    now_ms = now(session)
    renewed = session.scalars(
        update(LeaseRow)
        .where(
            LeaseRow.account == account,
            LeaseRow.holder == holder,
            LeaseRow.generation == generation,
        )
        .values(heartbeat_ms=now_ms, expires_ms=now_ms + lasts_ms)
        .returning(LeaseRow.account)
    ).all()
    return bool(renewed)


def release(session: Session, account: str, holder: str, generation: int) -> None:
    """Release the lease, so that another instance need not wait until it runs out."""
    session.execute(
        update(LeaseRow)
        .where(LeaseRow.account == account, LeaseRow.holder == holder, LeaseRow.generation == generation)
        .values(expires_ms=0)
    )


def fence(session: Session, account: str, holder: str, generation: int, now: Now) -> None:
    """Lock the lease until the transaction ends. Raises LeaseLostError if it is no longer ours.

    Whatever is written in the same transaction was therefore written by the active instance.
    """
    row = _locked(session, account)
    if row.holder != holder or row.generation != generation or row.expires_ms <= now(session):
        raise LeaseLostError(
            f"the lease of account {account} is held by {row.holder or 'nobody'}, not by {holder}"
        )


def read(session: Session, account: str, now: Now) -> LeaseState | None:
    """What the database says now; None if nobody ever held the lease."""
    row = session.get(LeaseRow, account)
    if row is None:
        return None
    return LeaseState(row.holder, row.generation, row.acquired_ms, row.expires_ms - now(session))


def _locked(session: Session, account: str) -> LeaseRow:
    """The row, which nobody else can change before this transaction ends."""
    query = select(LeaseRow).where(LeaseRow.account == account).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise LeaseLostError(f"account {account} has no lease")
    return row
