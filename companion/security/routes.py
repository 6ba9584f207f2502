"""Routes of the login: session, renewal, logout, ticket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from companion.ground.roles import Means, Role
from companion.security.access import COOKIE, Access, Login
from companion.security.require import Reader


class LoginRequest(BaseModel):
    """Name and password of a user."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"username": "trader", "password": "correct horse battery"}]},
    )

    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=1024)


class SessionAnswer(BaseModel):
    """Who is logged in. ``csrf_token`` goes into the header X-CSRF-Token of each change; empty for a program."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "trader",
                    "role": "trade",
                    "means": "session",
                    "expires_ms": 1760003600000,
                    "csrf_token": "5f2c…",
                }
            ]
        }
    )

    name: str
    role: Role
    means: Means
    expires_ms: int
    csrf_token: str


class TicketAnswer(BaseModel):
    """A ticket for one WebSocket: ``/ws/feed?ticket=…``."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ticket": "jV3…", "seconds": 30.0}]})

    ticket: str
    seconds: float


def access_of(request: Request) -> Access:
    """The application's Access."""
    access: Access = request.app.state.access
    return access


Accessing = Annotated[Access, Depends(access_of)]
router = APIRouter(tags=["access"])


@router.post("/login")
async def login(request: Request, response: Response, body: LoginRequest, access: Accessing) -> SessionAnswer:
    """Begin a session of the page; its cookie cannot be read by scripts."""
    begun = await access.login(request, body.username, body.password)
    return _with_cookie(request, response, begun)


@router.get("/session")
async def session(principal: Reader, access: Accessing) -> SessionAnswer:
    """Who is logged in."""
    csrf_token = access.csrf_token(principal) if principal.means is Means.SESSION else ""
    return SessionAnswer(
        name=principal.name,
        role=principal.role,
        means=principal.means,
        expires_ms=principal.expires_ms,
        csrf_token=csrf_token,
    )


@router.post("/session/renew")
async def renew(request: Request, response: Response, principal: Reader, access: Accessing) -> SessionAnswer:
    """Extend the session."""
    return _with_cookie(request, response, await access.renew(principal))


@router.post("/logout", status_code=204)
async def logout(response: Response, principal: Reader, access: Accessing) -> None:
    """End the session; its cookie is void from now on."""
    await access.logout(principal)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


@router.post("/ticket")
async def ticket(principal: Reader, access: Accessing) -> TicketAnswer:
    """A ticket that opens one WebSocket."""
    return TicketAnswer(ticket=access.ticket(principal), seconds=access.ticket_seconds)


def _with_cookie(request: Request, response: Response, begun: Login) -> SessionAnswer:
    response.set_cookie(
        COOKIE,
        begun.cookie,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    principal = begun.principal
    return SessionAnswer(
        name=principal.name,
        role=principal.role,
        means=principal.means,
        expires_ms=principal.expires_ms,
        csrf_token=begun.csrf_token,
    )
