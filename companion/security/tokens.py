"""Bearer tokens of programs: shown once when they are made, stored as digests, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.ground.roles import Role
from companion.store.tables import TokenRow

_SECRET_BYTES = 32
_FORM = re.compile(r"hhq_([0-9a-f]{16})_([A-Za-z0-9_-]{20,100})")
_NOBODY = hashlib.sha256(secrets.token_bytes(_SECRET_BYTES)).hexdigest()


@dataclass(frozen=True, slots=True)
class Token:
    """A token as stored: everything but the secret."""

    id: str
    name: str
    role: Role
    created_ms: int
    expires_ms: int
    revoked_ms: int | None

    def valid(self, now_ms: int) -> bool:
        """Whether it still grants access."""
        return self.revoked_ms is None and now_ms < self.expires_ms


@dataclass(frozen=True, slots=True)
class FixedToken:
    """A token that is configured, not stored; it never expires."""

    name: str
    role: Role
    digest: str


def token_of(name: str, role: Role, secret: str) -> FixedToken:
    """The token whose whole text is ``secret``."""
    return FixedToken(name, role, digest_of(secret))


def create(session: Session, name: str, role: Role, *, now_ms: int, days: float) -> tuple[str, Token]:
    """Store a new token; returns its text (given out only here) and what is stored."""
    token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(_SECRET_BYTES)
    text = f"hhq_{token_id}_{secret}"
    row = TokenRow(
        id=token_id,
        name=name,
        role=role.value,
        digest=digest_of(text),
        created_ms=now_ms,
        expires_ms=now_ms + round(days * 86_400_000),
        revoked_ms=None,
    )
    session.add(row)
    return text, _token(row)


def check(session: Session, text: str, now_ms: int) -> Token | None:
    """The valid token with this text; None for any other."""
    form = _FORM.fullmatch(text)
    row = session.get(TokenRow, form[1]) if form else None
    same = hmac.compare_digest(digest_of(text), _NOBODY if row is None else row.digest)
    if row is None or not same:
        return None
    token = _token(row)
    return token if token.valid(now_ms) else None


def revoke(session: Session, token_id: str, now_ms: int) -> bool:
    """Revoke a token; False if there is none with this id that is not revoked already."""
    row = session.get(TokenRow, token_id)
    if row is None or row.revoked_ms is not None:
        return False
    row.revoked_ms = now_ms
    return True


def listed(session: Session) -> list[Token]:
    """All stored tokens, newest first."""
    rows = session.scalars(select(TokenRow).order_by(TokenRow.created_ms.desc(), TokenRow.id))
    return [_token(row) for row in rows]


def digest_of(text: str) -> str:
    """SHA-256 in hex: enough for secrets of 256 random bits, which nobody can guess by trying."""
    return hashlib.sha256(text.encode()).hexdigest()


def _token(row: TokenRow) -> Token:
    return Token(row.id, row.name, Role(row.role), row.created_ms, row.expires_ms, row.revoked_ms)
