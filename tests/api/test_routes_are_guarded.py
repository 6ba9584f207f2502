"""Every route: its role, and its refusal of missing, wrong, expired and too weak credentials."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
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
from companion.security.require import Require, reader_of
from tests.api.rig import NOBODY, READER, TRADER, Rig, bearer, services_in
from tests.api.server import served
from tests.manual_clock import ManualClock

SAFE = {"GET", "HEAD"}
OPEN = {"/health", "/ready", "/api/v1/openapi.json", "/api/v1/login", "/", "/page", "/page/{path}"}
"""What needs no credentials: liveness, readiness, the API document, the login itself, and the page, which holds no data."""
OF_A_READER = {"/api/v1/session/renew", "/api/v1/logout", "/api/v1/ticket"}
"""POST calls that change nothing but the caller's own session."""
VALUES = {"symbol": "BTCUSDT", "position_id": "bot-1", "lock_id": "bot-1", "study": "one", "path": "coin"}
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
        (route, (route.path or "").replace(":path}", "}"), method)
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

    hub = FeedHub(services.settings.feed, COLUMNS, services.portfolio.position_columns)
    app = create_app(services, feed_router(hub, reader_of(services.access, services.clock)))
    sockets = [route.path or "" for route in iter_route_contexts(app.routes) if not route.methods]
    assert {"/ws/feed", "/ws/scanner", "/ws/ui"} <= set(sockets)
    with served(app) as url:
        for path in sockets:
            address = f"ws{url.removeprefix('http')}{path}"
            foreign_page = {"Origin": "http://evil.example", **bearer(TRADER)}
            refused = [(headers, 401, "not-authenticated") for headers in WRONG]
            for headers, status, kind in (*refused, (foreign_page, 403, "forbidden")):
                with pytest.raises(InvalidStatus) as answer:
                    connect(address, additional_headers=headers, proxy=None)
                assert answer.value.response.status_code == status
                body = json.loads(answer.value.response.body or b"")
                assert body["type"].endswith(kind)
            with connect(address, additional_headers=bearer(READER), proxy=None):
                pass
        with pytest.raises(InvalidStatus) as unknown:
            connect(f"ws{url.removeprefix('http')}/ws/nothing", proxy=None)
        assert unknown.value.response.status_code == 404
    services.access.close()
    store.close()


def test_a_name_that_is_not_ours_gets_no_further_on_any_path(tmp_path: Path) -> None:
    services, store = services_in(tmp_path, NOBODY, ManualClock())
    hub = FeedHub(services.settings.feed, COLUMNS, services.portfolio.position_columns)
    app = create_app(services, feed_router(hub, reader_of(services.access, services.clock)))
    with served(app) as url:
        port = url.rsplit(":", 1)[1]
        paths = [(method, path.format(**VALUES)) for _, path, method in routes_of(app)]
        for method, path in (*paths, ("GET", "/nothing"), ("OPTIONS", "/api/v1/positions"), ("GET", "/")):
            headers = {
                **bearer(TRADER),
                "Host": f"evil.example:{port}",
                "Access-Control-Request-Method": "GET",
            }
            answer = httpx.request(
                method, f"{url}{path}", headers={**headers, "Origin": "http://evil.example"}
            )
            assert answer.status_code == 421, f"{method} {path}"
            assert answer.headers["x-content-type-options"] == "nosniff"
            if method != "HEAD":
                assert answer.json()["type"].endswith("wrong-host")
        for path in ("/ws/feed", "/ws/scanner", "/ws/ui", "/ws/nothing"):
            with pytest.raises(InvalidStatus, match="421"):
                connect(f"ws://evil.example:{port}{path}", additional_headers=bearer(TRADER), proxy=None,
                        sock=socket.create_connection(("127.0.0.1", int(port))))  # fmt: skip
    services.access.close()
    store.close()
