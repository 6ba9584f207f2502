"""Sessions of the page: a signed text (JWT) in a cookie, and a row that can be revoked."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import jwt
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from companion.store.tables import SessionRow

_ALGORITHM = "HS256"
_KEPT_MS = 86_400_000
_ISSUER, _AUDIENCE = "hhq-companion", "hhq-page"
_CLAIMS = ["iss", "aud", "sub", "jti", "iat", "exp", "fpr"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signed session says: its id, its user, the fingerprint of the password at the time, times in ms UTC."""

    id: str
    user: str
    fingerprint: str
    issued_ms: int
    expires_ms: int


class Signature:
    """Signs sessions and reads them; one key, one algorithm."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, claims: Claims) -> str:
        """The text for the cookie."""
        content = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": claims.user,
            "jti": claims.id,
            "fpr": claims.fingerprint,
            "iat": claims.issued_ms // 1000,
            "exp": claims.expires_ms // 1000,
        }
        return jwt.encode(content, self._key, _ALGORITHM)

    def read(self, text: str, now_ms: int) -> Claims | None:
        """What a signed text says; None if it is not ours, was altered, or has expired."""
        try:
            content = jwt.decode(
                text,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                audience=_AUDIENCE,
                # Times are checked below, by the service's own clock.
                options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        times = content["iat"], content["exp"]
        texts = content["jti"], content["sub"], content["fpr"]
        if not all(isinstance(one, int) for one in times) or not all(isinstance(one, str) for one in texts):
            return None
        claims = Claims(*texts, times[0] * 1000, times[1] * 1000)
        return claims if now_ms < claims.expires_ms else None

    def csrf_token(self, session_id: str) -> str:
        """What the page has to send along with a change: another site's page cannot know it."""
        return hmac.new(self._key, b"csrf:" + session_id.encode(), "sha256").hexdigest()


def begin(session: Session, user: str, *, now_ms: int, expires_ms: int) -> str:
    """Store a new session; returns its id."""
    row = SessionRow(
        id=secrets.token_urlsafe(24), user=user, created_ms=now_ms, expires_ms=expires_ms, revoked_ms=None
    )
    session.add(row)
    return row.id


def began_ms(session: Session, session_id: str, user: str, now_ms: int) -> int | None:
    """When a session that is still valid began, ms UTC; None for any other."""
    return session.scalar(
        select(SessionRow.created_ms).where(
            SessionRow.id == session_id,
            SessionRow.user == user,
            SessionRow.revoked_ms.is_(None),
            SessionRow.expires_ms > now_ms,
        )
    )


def extend(session: Session, session_id: str, expires_ms: int) -> None:
    """Change when a session ends (ms UTC)."""
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(expires_ms=expires_ms))


def end(session: Session, session_id: str, now_ms: int) -> None:
    """Revoke a session."""
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(revoked_ms=now_ms))


def forget_old(session: Session, now_ms: int) -> int:
    """Remove sessions that expired more than a day ago; returns how many."""
    gone = delete(SessionRow).where(SessionRow.expires_ms < now_ms - _KEPT_MS).returning(SessionRow.id)
    return len(session.scalars(gone).all())
