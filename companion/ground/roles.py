"""Roles, and the principal behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What one may do: ``read`` sees everything, ``trade`` also changes things."""

    READ = "read"
    TRADE = "trade"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what ``needed`` may."""
        return self is Role.TRADE or needed is Role.READ


class Means(StrEnum):
    """How a caller has proved its identity."""

    SESSION = "session"
    """The page: a cookie with a signed session."""
    TOKEN = "token"
    """A program: a bearer token."""
    TICKET = "ticket"
    """A WebSocket of the page, or of a program that cannot set headers: a single-use ticket."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from. ``key`` is the id of the session or the token, never the secret itself.

    ``expires_ms`` (ms UTC): from then on the credential is refused, and an open WebSocket has to be closed.
    """

    name: str
    role: Role
    means: Means
    key: str
    expires_ms: int
    address: str = ""
