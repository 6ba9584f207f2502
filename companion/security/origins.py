"""Which pages may talk to the service from a browser, and by which names it may be addressed."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})
_HTTP = {"ws": "http", "wss": "https"}


class Origins:
    """Our own and the listed origins.

    Our own is the origin with the scheme and authority that the request itself was sent to, provided that its name is one
    of ours: a foreign name pointed at this machine (DNS rebinding) is not.
    """

    def __init__(self, allowed: Iterable[str], hosts: Iterable[str], bound_to: str) -> None:
        self._allowed = frozenset(one.lower() for one in allowed)
        names = {(urlsplit(one).hostname or "") for one in self._allowed}
        bound = {bound_to.strip("[]").lower()} - _EVERYWHERE
        self._names = _LOOPBACK | names | bound | {one.lower() for one in hosts}

    def knows_host(self, connection: HTTPConnection) -> bool:
        """Whether the request is addressed to one of our names."""
        return _name(connection.headers.get("host", "")) in self._names

    def allows(self, connection: HTTPConnection, origin: str) -> bool:
        """Whether a page of ``origin`` may send this request."""
        origin = origin.lower()
        if origin in self._allowed:
            return True
        scheme = _HTTP.get(connection.scope["scheme"], connection.scope["scheme"])
        own = f"{scheme}://{connection.headers.get('host', '').lower()}"
        return origin == own and self.knows_host(connection)


def _name(authority: str) -> str:
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""
