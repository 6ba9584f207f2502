"""Every route: its role, and its refusal of missing, wrong, expired and too weak credentials."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI, WebSocket, WebSocketException
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from companion.api.application import create_app
from companion.api.problems import MEDIA_TYPE
from companion.feed.coins import COLUMNS
from companion.feed.endpoints import feed_router
from companion.feed.hub import FeedHub
from companion.ground.roles import Role
from companion.security import tokens
from companion.security.access import may
from companion.security.errors import AccessError
from companion.security.require import Require
from tests.api.rig import NOBODY, READER, TRADER, Rig, bearer, services_in
from tests.api.server import served
from tests.manual_clock import ManualClock

SAFE = {"GET", "HEAD"}
OPEN = {"/health", "/ready", "/api/v1/openapi.json", "/api/v1/login"}
"""What needs no credentials: liveness, readiness, the API document, and the login itself."""
OF_A_READER = {"/api/v1/session/renew", "/api/v1/logout", "/api/v1/ticket"}
"""POST calls that change nothing but the caller's own session."""
VALUES = {"symbol": "BTCUSDT", "position_id": "bot-1", "lock_id": "bot-1", "study": "one"}
WRONG: tuple[dict[str, str], ...] = (
    {},
    bearer("not-a-token"),
    bearer(""),
    {"Authorization": "Basic dHJhZGVyOnRva2Vu"},
    {"Cookie": "hhq_session=forged"},
    bearer(f"{TRADER} extra"),
)


def routes_of(app: FastAPI) -> list[tuple[RouteContext, str, str]]:
    """Every route with its path and one of its methods."""
    return [
        (route, route.path or "", method)
        for route in iter_route_contexts(app.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def roles_of(dependant: Dependant) -> Iterator[Role]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Require):
            yield inner.call.role
        yield from roles_of(inner)


@pytest.mark.anyio
async def test_every_route_states_its_role_and_every_change_needs_trade(rig: Rig) -> None:
    seen = 0
    for route, path, method in routes_of(rig.app):
        if path in OPEN:
            continue
        roles = set(roles_of(route.dependant))
        assert roles, f"{method} {path} asks for no credentials"
        if method not in SAFE and path not in OF_A_READER:
            assert roles == {Role.TRADE}, f"{method} {path} changes something and asks for {roles}"
        seen += 1
    assert seen > 80


@pytest.mark.anyio
async def test_every_route_refuses_missing_and_wrong_credentials(rig: Rig) -> None:
    rig.client.headers.pop("authorization")
    for _, path, method in routes_of(rig.app):
        for headers in WRONG if path not in OPEN else ():
            response = await rig.client.request(method, path.format(**VALUES), headers=headers, json={})
            assert response.status_code == 401, f"{method} {path} {headers}: {response.status_code}"
            assert response.headers["content-type"] == MEDIA_TYPE
            assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.anyio
async def test_a_reader_changes_nothing(rig: Rig) -> None:
    for _, path, method in routes_of(rig.app):
        if path in OPEN | OF_A_READER or method in SAFE:
            continue
        response = await rig.client.request(method, path.format(**VALUES), headers=bearer(READER), json={})
        assert response.status_code == 403, f"{method} {path}: {response.status_code} {response.text}"
    assert (await rig.get("/audit"))["total"] == 0


@pytest.mark.anyio
async def test_an_expired_token_is_refused_on_every_route(rig: Rig) -> None:
    store, clock = rig.services.store, rig.services.clock
    assert store is not None
    assert isinstance(clock, ManualClock)
    make = partial(tokens.create, name="program", role=Role.TRADE, now_ms=clock.now_ms(), days=1.0)
    text, _ = await store.write(make)
    assert (await rig.client.get("/positions", headers=bearer(text))).status_code == 200
    clock.turn(86_401.0)
    for _, path, method in routes_of(rig.app):
        if path not in OPEN:
            response = await rig.client.request(method, path.format(**VALUES), headers=bearer(text), json={})
            assert response.status_code == 401, f"{method} {path}"


def test_every_websocket_refuses_strangers(tmp_path: Path) -> None:
    services, store = services_in(tmp_path, NOBODY, ManualClock())

    async def authenticate(websocket: WebSocket) -> float:
        try:
            may(await services.access.identify(websocket), Role.READ)
            return 60.0
        except AccessError as error:
            raise WebSocketException(1008, error.detail) from error

    hub = FeedHub(services.settings.feed, COLUMNS, services.portfolio.position_columns)
    app = create_app(services, feed_router(hub, authenticate))
    sockets = [route.path or "" for route in iter_route_contexts(app.routes) if not route.methods]
    assert {"/ws/feed", "/ws/scanner", "/ws/ui"} <= set(sockets)
    with served(app) as url:
        for path in sockets:
            address = f"ws{url.removeprefix('http')}{path}"
            for headers in (*WRONG, {"Origin": "http://evil.example", **bearer(TRADER)}):
                with pytest.raises(InvalidStatus, match="403"):
                    connect(address, additional_headers=headers, proxy=None)
            with connect(address, additional_headers=bearer(READER), proxy=None):
                pass
    services.access.close()
    store.close()
