"""Who may log in: users from the environment or a file, or else a login of our own, on this machine only."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from companion.ground.errors import CompanionError, UsageError
from companion.ground.roles import Role
from companion.security.login_file import load_or_create
from companion.security.passwords import Passwords, require_hash
from companion.security.tokens import FixedToken, token_of
from companion.settings.security import SecuritySettings
from hhq_shared.atomic_file import PRIVATE, replace_file

USERS_VARIABLE = "HHQ_COMPANION_USERS"
SESSION_KEY_VARIABLE = "HHQ_COMPANION_SESSION_KEY"
_KEY_BYTES = 32
_SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in. ``fingerprint`` changes with the password, which ends earlier sessions."""

    name: str
    role: Role
    password_hash: str = field(repr=False)
    fingerprint: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Users, tokens that need no database, and the key that signs sessions.

    ``file``: where a login made by ourselves is stored, None for configured ones; ``is_new``: it has just been made.
    """

    users: tuple[User, ...]
    session_key: bytes = field(repr=False)
    tokens: tuple[FixedToken, ...] = field(default=(), repr=False)
    file: Path | None = None
    is_new: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Texts that must never be seen in a log, for Redactor."""

    def user(self, name: str) -> User | None:
        """The user of that name, None if there is none."""
        return next((user for user in self.users if user.name == name), None)


def configured(settings: SecuritySettings, environment: Mapping[str, str]) -> Credentials | None:
    """The users of the environment, else those of ``security.users_file``; None if there are none.

    Raises UsageError for users that cannot be read; the message holds no hash.
    """
    listed = environment.get(USERS_VARIABLE, "")
    stored = read_users_file(Path(settings.users_file))
    users = _listed_users(listed) if listed else stored.users
    if not users:
        return None
    key = environment.get(SESSION_KEY_VARIABLE) or stored.session_key or secrets.token_urlsafe(_KEY_BYTES)
    if len(key) < _SHORTEST_KEY:
        raise UsageError(f"{SESSION_KEY_VARIABLE} has fewer than {_SHORTEST_KEY} characters")
    return Credentials(tuple(users), key.encode(), secrets=(key,))


def own(path: Path, passwords: Passwords) -> Credentials:
    """A login with the role ``trade`` in a file that only its owner can read; made if it does not exist.

    Its token (``ws_token`` in the file) is a bearer token of the same role. The file may be the demonstration's: then
    one login serves both the bot's API and this one.
    """
    made, is_new = load_or_create(path)
    key = hmac.digest(made.jwt_secret_key.encode(), b"sessions of the companion", "sha256")
    fingerprint = hmac.new(key, made.password.encode(), "sha256").hexdigest()[:16]
    user = User(made.username, Role.TRADE, passwords.hash(made.password), fingerprint)
    given = (made.password, made.ws_token, made.jwt_secret_key)
    return Credentials(
        (user,), key, (token_of(made.username, Role.TRADE, made.ws_token),), path, is_new, given
    )


def for_server(
    host: str,
    settings: SecuritySettings,
    environment: Mapping[str, str],
    passwords: Passwords,
    own_file: Path | None = None,
) -> Credentials:
    """The configured credentials; without any, on a loopback address, a login of our own.

    Raises UsageError naming the setting if ``server.host`` can be reached from elsewhere and nobody is configured.
    """
    known = configured(settings, environment)
    if known is not None:
        return known
    if not is_loopback(host):
        raise UsageError(
            f"server.host = {host!r} can be reached from other machines, but no credentials are configured: "
            f"make a user with `python -m companion credentials user NAME` (security.users_file) or set "
            f"{USERS_VARIABLE}, or listen on 127.0.0.1"
        )
    return own(own_file or Path(settings.login_file), passwords)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``; a name counts as reachable from elsewhere unless it is localhost."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class UsersFile:
    """Content of the file of users."""

    users: tuple[User, ...] = ()
    session_key: str = ""


def read_users_file(path: Path) -> UsersFile:
    """The users in ``path``; none if it does not exist. Raises CompanionError for a damaged file."""
    if not path.exists():
        return UsersFile()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        users = tuple(
            _user(item["name"], item["role"], item["password_hash"], str(path)) for item in content["users"]
        )
        return UsersFile(users, str(content["session_key"]))
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise CompanionError(f"{path} is no file of users: {type(problem).__name__}") from problem


def write_users_file(path: Path, users: Sequence[User], session_key: str) -> None:
    """Replace the file atomically, readable by its owner only; an empty ``session_key`` makes a new one. Raises OSError."""
    content = {
        "users": [{k: v for k, v in asdict(user).items() if k != "fingerprint"} for user in users],
        "session_key": session_key or secrets.token_urlsafe(_KEY_BYTES),
    }
    replace_file(path, (json.dumps(content, indent=2) + "\n").encode(), mode=PRIVATE)


def new_user(name: str, role: Role, password: str, passwords: Passwords) -> User:
    """A user with that password. Raises UsageError for a name or a password that cannot be used."""
    if not name or not set(name).isdisjoint(":;\n\r\t ") or len(name) > 64 or not name.isprintable():
        raise UsageError(
            f"{name!r} is no name of a user: 1 to 64 characters without blanks, colons, semicolons"
        )
    return _user(name, role.value, passwords.hash(password), "the password")


def _listed_users(text: str) -> list[User]:
    """Users given as ``name:role:hash``, joined by semicolons."""
    users = []
    for number, item in enumerate((part for part in text.split(";") if part.strip()), 1):
        try:
            name, role, password_hash = item.strip().split(":")
        except ValueError:
            raise UsageError(f"{USERS_VARIABLE}: entry {number} is not name:role:hash") from None
        users.append(_user(name, role, password_hash, f"{USERS_VARIABLE}, entry {number},"))
    return users


def _user(name: str, role: str, password_hash: str, where: str) -> User:
    if role not in tuple(Role):
        raise UsageError(f"{where} names a role other than {' and '.join(Role)}")
    require_hash(password_hash, where)
    return User(name, Role(role), password_hash, hashlib.sha256(password_hash.encode()).hexdigest()[:16])
