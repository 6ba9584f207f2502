"""Passwords: hashed with Argon2id, checked so that an unknown user takes as long as a wrong password."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from companion.ground.errors import UsageError

SHORTEST = 12
LONGEST = 1024


_MEMORY_KIB, _PASSES, _LANES = 12 * 1024, 3, 1
"""Argon2id parameters from the OWASP password storage cheat sheet, for a service that watches its memory."""


class Passwords:
    """Makes and checks hashes; each takes some hundredths of a second of CPU time and 12 MiB, on purpose."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(_PASSES, _MEMORY_KIB, _LANES)
        self._nobody = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """The hash to store. Raises UsageError for a password that is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters")
        return self._hasher.hash(_bytes(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` matches ``stored``; for None (no such user) the same work is done."""
        try:
            right = self._hasher.verify(self._nobody if stored is None else stored, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and stored is not None


def _bytes(password: str) -> bytes:
    return password[:LONGEST].encode("utf-8", "surrogatepass")


def require_hash(text: str, where: str) -> str:
    """``text`` if it is an Argon2 hash. Raises UsageError naming ``where`` it was found, never the text."""
    try:
        PasswordHasher().check_needs_rehash(text)
    except InvalidHashError:
        raise UsageError(
            f"{where} is not an Argon2 password hash; make one with: python -m companion credentials user"
        ) from None
    return text
