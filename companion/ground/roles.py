"""Roles, and who a request comes from."""

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
    """How somebody has shown who he is."""

    SESSION = "session"
    """The page: a cookie with a signed session."""
    TOKEN = "token"
    """A program: a bearer token."""
    TICKET = "ticket"
    """A WebSocket of the page or a program that can set no header: a ticket that works once."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from. ``key`` is the id of the session or the token, never the secret itself.

    ``expires_ms``: from then on the credential is refused; an open WebSocket has to be closed then.
    """

    name: str
    role: Role
    means: Means
    key: str
    expires_ms: int
    address: str = ""
