"""A real application behind the real access control, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI, WebSocket

from companion.ground.roles import Role
from companion.security.access import CSRF_HEADER, Access
from companion.security.credentials import Credentials, new_user
from companion.security.headers import protect
from companion.security.passwords import Passwords
from companion.security.require import Reader, Trader
from companion.security.routes import router
from companion.security.tokens import token_of
from companion.settings.security import SecuritySettings
from companion.settings.store import StoreSettings
from companion.store.database import Store
from tests.manual_clock import ManualClock

BASE = "http://127.0.0.1:8090"
PASSWORD = "correct horse battery"
TRADE_TOKEN, READ_TOKEN = "a-token-that-may-trade-and-read", "a-token-that-may-only-read"
FAST = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
KEY = b"the key that signs the sessions of the tests"


class Site:
    """The application with its clock; ``client`` speaks to it without a network."""

    def __init__(
        self, store: Store, settings: SecuritySettings | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.store = store
        self.clock = ManualClock()
        self.settings = settings or SecuritySettings()
        self.users = (
            new_user("trader", Role.TRADE, PASSWORD, FAST),
            new_user("reader", Role.READ, PASSWORD, FAST),
        )
        tokens = (token_of("bot", Role.TRADE, TRADE_TOKEN), token_of("grafana", Role.READ, READ_TOKEN))
        self.credentials = Credentials(self.users, KEY, tokens)
        self.access = Access(store, self.credentials, self.settings, self.clock, host=host, passwords=FAST)
        self.app = _application(self.access, self.settings)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE)

    def from_address(self, address: str) -> httpx.AsyncClient:
        """A client at another address, with cookies of its own."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app, client=(address, 1)), base_url=BASE)

    async def login(
        self, name: str = "trader", password: str = PASSWORD, client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """Try to log in."""
        return await (client or self.client).post(
            "/api/v1/login", json={"username": name, "password": password}
        )

    async def page(self, name: str = "trader") -> dict[str, str]:
        """Log in; returns the headers that the page sends with a change."""
        answer = await self.login(name)
        assert answer.status_code == 200, answer.text
        return {"Origin": BASE, CSRF_HEADER: answer.json()["csrf_token"]}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def play(
    folder: Path, scene: Callable[[Site], Awaitable[None]], settings: SecuritySettings | None = None
) -> None:
    """Run a scene on a site with an empty SQLite database."""
    store = Store.open(StoreSettings(url=f"sqlite:///{folder}/site.sqlite"), {})

    async def run() -> None:
        site = Site(store, settings)
        async with site.client:
            await asyncio.wait_for(_played(scene, site), 60)
        site.access.close()

    try:
        asyncio.run(run())
    finally:
        store.close()


async def _played(scene: Callable[[Site], Awaitable[None]], site: Site) -> None:
    await scene(site)


def _application(access: Access, settings: SecuritySettings) -> FastAPI:
    app = FastAPI()
    app.state.access = access
    app.include_router(router, prefix="/api/v1")

    @app.get("/see")
    async def see(who: Reader) -> dict[str, str]:
        return {"who": who.name, "means": who.means.value, "address": who.address}

    @app.post("/change")
    async def change(who: Trader) -> dict[str, str]:
        return {"who": who.name}

    @app.websocket("/ws")
    async def feed(websocket: WebSocket, who: Reader) -> None:
        await websocket.accept()
        await websocket.send_json({"who": who.name, "means": who.means.value})
        await websocket.close()

    protect(app, settings)
    return app
