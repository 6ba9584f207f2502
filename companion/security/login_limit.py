"""Failed logins are counted by user at an address, and by address; too many make it wait, twice as long each time.

A user is never locked for other addresses than the one that failed: whoever guesses must not lock the owner out.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from companion.store.tables import LoginAttemptRow
from companion.store.upsert import upsert

ADDRESS_SHARE = 10
"""How many times the failures of one user an address may collect, by whatever names."""
FORGOTTEN_MS = 24 * 3600 * 1000
"""A failure longer ago than this no longer counts."""

_ADDRESS = "address:"


@dataclass(frozen=True, slots=True)
class LoginRule:
    """``failures`` in a row are free; then ``first_ms`` to wait, doubled by each further one up to ``longest_ms``."""

    failures: int
    first_ms: int
    longest_ms: int

    def of(self, subject: str) -> LoginRule:
        """The rule for a subject: an address may collect more failures than a user at an address."""
        return replace(self, failures=self.failures * ADDRESS_SHARE) if _is_address(subject) else self

    def wait_ms(self, failures: int) -> int:
        """How long to wait, in ms, after this many failures in a row."""
        if failures < self.failures:
            return 0
        return int(min(self.longest_ms, self.first_ms * 2 ** min(failures - self.failures, 40)))


def subjects(user: str, address: str) -> tuple[str, str]:
    """The names under which attempts are counted: digests, because people type passwords into the wrong field."""
    network = _network(address)
    return f"user:{_digest(f'{network} {user}')}", f"{_ADDRESS}{_digest(network)}"


def charge(session: Session, names: Iterable[str], rule: LoginRule, now_ms: int) -> int:
    """Count an attempt as failed before checking it; returns the ms to wait if it must not be made, else 0.

    Counting first keeps concurrent attempts from all passing as the last free one. A right password clears the count.
    """
    ordered = sorted(names)
    found = session.scalars(
        select(LoginAttemptRow).where(LoginAttemptRow.subject.in_(ordered)).with_for_update()
    )
    rows = {row.subject: row for row in found}
    wait = max((row.locked_until_ms - now_ms for row in rows.values()), default=0)
    if wait > 0:
        return wait
    for name in ordered:
        row = rows.get(name)
        before = 0 if row is None or now_ms - row.last_ms > FORGOTTEN_MS else row.failures
        failures = before + 1
        own_wait = rule.of(name).wait_ms(failures)
        values = {
            "subject": name,
            "failures": failures,
            "locked_until_ms": now_ms + own_wait if own_wait else 0,
            "last_ms": now_ms,
        }
        upsert(
            session,
            LoginAttemptRow,
            values,
            keys=("subject",),
            changes=("failures", "locked_until_ms", "last_ms"),
        )
    return 0


def clear(session: Session, names: Iterable[str]) -> None:
    """Forget the failures of these subjects."""
    session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.subject.in_(list(names))))


def forget_old(session: Session, now_ms: int) -> int:
    """Remove subjects whose last failure no longer counts and whose wait is over; returns how many."""
    before_ms = now_ms - FORGOTTEN_MS
    gone = (
        delete(LoginAttemptRow)
        .where(LoginAttemptRow.last_ms < before_ms, LoginAttemptRow.locked_until_ms < before_ms)
        .returning(LoginAttemptRow.subject)
    )
    return len(session.scalars(gone).all())


def _is_address(subject: str) -> bool:
    return subject.startswith(_ADDRESS)


def _network(address: str) -> str:
    """An IPv6 user has a whole /64 of addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
