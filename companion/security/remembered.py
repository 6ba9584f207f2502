"""Whom the database has confirmed: who may still act while it cannot be asked."""

from __future__ import annotations

from dataclasses import replace

from companion.ground.roles import Principal

_MOST = 1_000


class Remembered:
    """Principals by credential, as the database last confirmed them in this process; the newest 1,000."""

    def __init__(self) -> None:
        self._known: dict[str, Principal] = {}

    def note(self, credential: str, principal: Principal) -> None:
        """The database has confirmed a credential (a digest or an id, never the secret)."""
        self._known.pop(credential, None)
        self._known[credential] = principal
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]

    def forget(self, credential: str) -> None:
        """The credential is void."""
        self._known.pop(credential, None)

    def known(self, credential: str, address: str, now_ms: int) -> Principal | None:
        """Who it belonged to when the database was last asked; None if that is not known, or it has expired since."""
        principal = self._known.get(credential)
        if principal is None or principal.expires_ms <= now_ms:
            return None
        return replace(principal, address=address)
