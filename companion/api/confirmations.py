"""The second step of what must not happen by accident: a token that its owner must send back in time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from companion.ground.clock import Clock
from companion.ground.roles import Principal

SECONDS = 30.0
_MOST = 100


@dataclass(frozen=True, slots=True)
class _Waiting:
    digest: bytes
    owner: str
    ends: float


class Confirmations:
    """Tokens by owner; each works once, for its owner alone, for 30 s. A new one replaces the old one."""

    def __init__(self, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._waiting: dict[str, _Waiting] = {}

    def ask(self, who: Principal) -> tuple[str, int]:
        """A new token and the wall time (ms UTC) at which it expires."""
        self._forget()
        token = secrets.token_urlsafe(24)
        ends = self._clock.monotonic() + self._seconds
        self._waiting[_owner(who)] = _Waiting(_digest(token), _owner(who), ends)
        while len(self._waiting) > _MOST:
            del self._waiting[next(iter(self._waiting))]
        return token, self._clock.now_ms() + int(self._seconds * 1000)

    def confirm(self, who: Principal, token: str) -> bool:
        """Whether this is the caller's token and still valid; it is used up either way."""
        self._forget()
        waiting = self._waiting.pop(_owner(who), None)
        return waiting is not None and hmac.compare_digest(waiting.digest, _digest(token))

    def _forget(self) -> None:
        now = self._clock.monotonic()
        for owner in [owner for owner, waiting in self._waiting.items() if waiting.ends <= now]:
            del self._waiting[owner]


def _owner(who: Principal) -> str:
    return f"{who.means.value}:{who.key}"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
