"""Tickets: each opens one WebSocket, soon. For clients that cannot set headers, like browsers' WebSockets."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

from companion.ground.clock import Clock
from companion.ground.roles import Means, Principal
from companion.security.errors import LockedError

_MOST = 10_000


class Tickets:
    """Tickets of this process; a restart voids them."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._open: dict[str, tuple[float, Principal]] = {}

    def issue(self, principal: Principal) -> str:
        """A ticket for this principal. Raises LockedError while far too many are open."""
        now = self._clock.monotonic()
        self._open = {key: one for key, one in self._open.items() if one[0] > now}
        if len(self._open) >= _MOST:
            raise LockedError(self._seconds)
        ticket = secrets.token_urlsafe(32)
        self._open[_digest(ticket)] = (now + self._seconds, principal)
        return ticket

    def redeem(self, ticket: str) -> Principal | None:
        """Whose ticket it is, once only; None for one that is unknown, used or expired."""
        until, principal = self._open.pop(_digest(ticket), (0.0, None))
        if principal is None or until <= self._clock.monotonic():
            return None
        return replace(principal, means=Means.TICKET)


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
