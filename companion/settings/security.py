"""Who may use the API (docs/security.md)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from hhq.settings.base import Section, option, setting


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("an origin is like https://hhq.example or http://127.0.0.1:3000") from None
    plain = parts.scheme in ("http", "https") and parts.hostname and "*" not in text
    if not plain or port == 0 or text != f"{parts.scheme}://{parts.netloc}" or "@" in text:
        raise ValueError("an origin is like https://hhq.example or http://127.0.0.1:3000, without path or *")
    return text.lower()


Origin = Annotated[str, AfterValidator(_origin)]


class SecuritySettings(Section):
    """Users, sessions, login attempts and origins. Passwords and keys are never here."""

    users_file: str = option(
        "run/companion-users.json",
        "File of users with hashed passwords (python -m companion credentials user); only its owner may read it.",
    )
    login_file: str = option(
        "run/companion-credentials.json",
        "The service's own login, made if no users are configured; it then listens on this machine only.",
    )
    token_minutes: float = setting(
        60.0, 1.0, 1440.0, "min", "Lifetime of a page session; using it renews it."
    )
    session_hours: float = setting(
        24.0, 0.1, 720.0, "h", "After this long a session ends, however much it was used."
    )
    token_days: float = setting(
        90.0, 0.01, 3650.0, "days", "Lifetime of a program's token, unless another is given."
    )
    ticket_seconds: float = setting(30.0, 1.0, 300.0, "s", "Lifetime of a ticket that opens one WebSocket.")
    login_failures: int = setting(
        5,
        1,
        100,
        "",
        "Failed logins of one user at an address before he waits there; an address has ten times as many.",
    )
    lock_seconds: float = setting(
        30.0,
        1.0,
        3600.0,
        "s",
        "The first wait after too many failed logins; each further failure doubles it.",
    )
    longest_lock_seconds: float = setting(900.0, 1.0, 86_400.0, "s", "The longest wait after failed logins.")
    allowed_origins: tuple[Origin, ...] = option(
        (), "Origins, other than the service's own, that may use the API and the feed from a browser."
    )
    allowed_hosts: tuple[str, ...] = option(
        (),
        "Names that may address the service, as well as loopback, server.host and the hosts of allowed_origins.",
    )
