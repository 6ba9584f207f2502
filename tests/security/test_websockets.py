"""Who may open a WebSocket: by bearer header, cookie or ticket; no page of another origin."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from companion.security.access import COOKIE
from companion.settings.security import SecuritySettings
from tests.security.site import BASE, READ_TOKEN, Site, bearer, play


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[str]:
    """The application on a real port; yields the address of its WebSocket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(site.app, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}/ws"
        finally:
            server.should_exit = True
            await serving


async def opened(
    url: str, origin: str | None = None, headers: dict[str, str] | None = None
) -> dict[str, str]:
    async with connect(url, origin=origin, additional_headers=headers, proxy=None) as websocket:  # type: ignore[arg-type]
        said: dict[str, str] = json.loads(await websocket.recv())
        return said


async def refused(url: str, origin: str | None = None, headers: dict[str, str] | None = None) -> int:
    with pytest.raises(InvalidStatus) as answer:
        await opened(url, origin, headers)
    return answer.value.response.status_code


def test_a_token_a_cookie_or_a_ticket_opens_it_and_nothing_else(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        await site.page()
        cookie = {"Cookie": f"{COOKIE}={site.client.cookies[COOKIE]}"}
        async with served(site) as url:
            own = url.replace("ws://", "http://").removesuffix("/ws")
            assert await opened(url, headers=bearer(READ_TOKEN)) == {"who": "grafana", "means": "token"}
            assert await opened(url, own, cookie) == {"who": "trader", "means": "session"}
            assert await refused(url) == 401
            assert await refused(url, headers=bearer("wrong")) == 401
            assert await refused(url, own, {"Cookie": f"{COOKIE}=wrong"}) == 401
            assert await refused(f"{url}?ticket=wrong") == 401
            assert await refused(url, headers=cookie) == 403
            for foreign in ("http://evil.example", "http://127.0.0.1:8080", "null"):
                assert await refused(url, foreign, cookie) == 403
                assert await refused(url, foreign, bearer(READ_TOKEN)) == 403
            assert await opened(url, "https://hhq.example", bearer(READ_TOKEN)) == {
                "who": "grafana",
                "means": "token",
            }

    play(tmp_path, scene, SecuritySettings(allowed_origins=("https://hhq.example",)))


def test_a_ticket_works_once_and_only_for_a_short_time(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        async def ticket() -> str:
            answer = await site.client.post("/api/v1/ticket", headers=bearer(READ_TOKEN))
            assert answer.json()["seconds"] == 30.0
            return str(answer.json()["ticket"])

        async with served(site) as url:
            mine, late = await ticket(), await ticket()
            assert await opened(f"{url}?ticket={mine}") == {"who": "grafana", "means": "ticket"}
            assert await refused(f"{url}?ticket={mine}") == 401
            site.clock.turn(30.0)
            assert await refused(f"{url}?ticket={late}") == 401
        # A ticket opens a WebSocket and nothing else.
        assert (await site.client.get(f"/see?ticket={await ticket()}")).status_code == 401

    play(tmp_path, scene)


def test_a_ticket_is_valid_no_longer_than_the_session_that_requested_it(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        headers = await site.page()
        site.clock.turn(3590.0)
        answer = await site.client.post("/api/v1/ticket", headers=headers)
        site.clock.turn(11.0)
        async with served(site) as url:
            assert await refused(f"{url}?ticket={answer.json()['ticket']}") == 401

    play(tmp_path, scene)
    assert BASE.startswith("http://127.0.0.1")
