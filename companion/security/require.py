"""FastAPI dependencies: a route says which role it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from companion.ground.clock import Clock
from companion.ground.roles import Principal, Role
from companion.security.access import COOKIE, Access, may


class _Documented(SecurityBase):
    """A way to authenticate, as the OpenAPI document shows it; :class:`Require` does the work."""

    async def __call__(self) -> None:
        """Nothing: it exists only to be documented."""


class _BearerScheme(_Documented):
    model = HTTPBearer(description="A program's token: python -m companion credentials token")
    scheme_name = "bearer"


class _CookieScheme(_Documented):
    model = APIKey(
        **{"in": APIKeyIn.cookie}, name=COOKIE, description="A session of the page: POST /api/v1/login"
    )
    scheme_name = "session"


_Bearer = Annotated[None, Depends(_BearerScheme())]
_Cookie = Annotated[None, Depends(_CookieScheme())]


class Require:
    """Lets through whoever has a role that covers ``role``, on requests and WebSockets; returns the principal."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, connection: HTTPConnection, _bearer: _Bearer, _cookie: _Cookie) -> Principal:
        """Who sends the request. Raises the errors of companion.security.errors."""
        access: Access = connection.app.state.access
        principal = may(await access.identify(connection), self.role)
        connection.state.principal = principal
        return principal


_REQUIRED = {role: Require(role) for role in Role}


def require(role: Role) -> Require:
    """The dependency: ``Annotated[Principal, Depends(require(Role.TRADE))]``; an audit of routes reads its ``role``."""
    return _REQUIRED[role]


Reader = Annotated[Principal, Depends(require(Role.READ))]
Trader = Annotated[Principal, Depends(require(Role.TRADE))]


def reader_of(access: Access, clock: Clock) -> Callable[[HTTPConnection], Awaitable[float]]:
    """Let WebSockets of clients with the role ``read`` in; for how many seconds their credential is still valid.

    What it raises are the errors of companion.security.errors: a refused WebSocket is answered like a request.
    """

    async def authenticate(websocket: HTTPConnection) -> float:
        principal = may(await access.identify(websocket), Role.READ)
        return max(0.0, (principal.expires_ms - clock.now_ms()) / 1000.0)

    return authenticate
