"""The application on real parts: SQLite, a real scan, a scripted bot or one that is down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from companion.api.application import create_app
from companion.api.services import Services
from companion.bot.bots import Bots
from companion.bot.login import BotLogin
from companion.bot.watch import BotWatch
from companion.domain_settings.desk import SettingsDesk
from companion.domain_settings.files import TuningFiles
from companion.domain_settings.in_force import SettingsInForce
from companion.ground.layout import CONFIG
from companion.ground.roles import Role
from companion.portfolio.evidence import BotEvidence
from companion.portfolio.live_evidence import DriftWatch
from companion.portfolio.views import Portfolio
from companion.scanner.coin_facts import BundledTiers
from companion.scanner.latest_scan import LatestScan
from companion.scanner.scanner import Scanner
from companion.scanner.sources import Sources
from companion.security import credentials
from companion.security.access import Access
from companion.security.passwords import Passwords
from companion.security.tokens import token_of
from companion.settings import CompanionSettings
from companion.settings.bots import BotSettings
from companion.settings.store import StoreSettings
from companion.store.audit import AuditLog
from companion.store.audit_trail import AuditTrail
from companion.store.database import Store
from companion.streams.status import BackfillStatus, ConnectionStatus, Staleness, StreamStatus, WeightStatus
from companion.tasks.stalls import StallMonitor
from companion.tasks.supervisor import Supervisor
from companion.venues.binance.leverage_tiers import bundled_tiers
from companion.venues.origin import MarketKind, MarketOrigin
from tests.api.market import scene
from tests.manual_clock import ManualClock

TRADER, READER = "trader-token-of-the-tests", "reader-token-of-the-tests"
BASE = "http://127.0.0.1"
NOBODY = "http://127.0.0.1:9"
"""Where no bot listens: the discard port."""


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class ToldStreams:
    """Streams whose status the test sets."""

    def __init__(self) -> None:
        self.running = True
        self.stale: dict[str, tuple[Staleness, ...]] = {"SOLUSDT": (Staleness.TICKER,)}

    def status(self) -> StreamStatus:
        return StreamStatus(
            self.running, (ConnectionStatus("kline/1", 10, self.running, 1, 3, 0.4),), self.stale, (),
            WeightStatus(120, 130, 1440, 2400, 0.0, 0), BackfillStatus(10, 10), {"messages": 12}, 3.0,
        )  # fmt: skip


class ToldOrigin:
    """An origin of the market that the test sets."""

    origin = MarketOrigin(MarketKind.GENERATED, "market-10x11-seed3", 1.0)


@dataclass
class Rig:
    """An application and what is behind it."""

    app: FastAPI
    services: Services
    folder: Path
    client: httpx.AsyncClient
    streams: ToldStreams

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that has to succeed."""
        response = await self.client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def problem(self, method: str, path: str, status: int, **request: Any) -> dict[str, Any]:
        """The problem document of a request that has to be refused."""
        response = await self.client.request(method, path, **request)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        found: dict[str, Any] = response.json()
        assert found["status"] == status
        assert found["request_id"] == response.headers["x-request-id"]
        return found


def services_in(folder: Path, bot_url: str, clock: ManualClock) -> tuple[Services, Store]:
    """All parts in a folder of their own; the bot is watched, but asked only when the test refreshes the watch."""
    made = scene()
    store = Store.open(StoreSettings(url=f"sqlite:///{folder}/companion.sqlite"), {})
    settings = CompanionSettings()
    latest_scan = LatestScan()
    latest_scan.publish(made.scan)
    latest_scan.publish_live(made.live)
    access = Access(store, _known(), settings.security, clock, host="127.0.0.1", passwords=_passwords())
    watch = BotWatch("bot", bot_url, BotLogin("user", "word"), BotSettings(timeout_seconds=2.0), clock)
    files = TuningFiles(
        CONFIG / "hhq.toml", folder / "overlay.toml", folder / "HHQStrategy.json", folder / "history.jsonl"
    )
    source = SettingsInForce(files.of_bots)
    audit = AuditLog(store, clock)
    evidence = BotEvidence(folder / "evidence.json", 90, clock)
    services = Services(
        clock=clock,
        started_ms=clock.now_ms(),
        settings=settings,
        market=made.market,
        latest_scan=latest_scan,
        bots=Bots({"bot": watch}),
        access=access,
        tuning=SettingsDesk(files, clock),
        portfolio=Portfolio(made.market, source, evidence, clock),
        drifts=(DriftWatch(watch, store, evidence),),
        requests=folder / "requests.json",
        streams=ToldStreams(),
        origin=ToldOrigin(),
        scanner=Scanner(
            made.market,
            latest_scan,
            Sources(source, BundledTiers(bundled_tiers())),
            settings.scanner,
            clock,
            root=folder,
        ),
        store=store,
        audit=audit,
        trail=AuditTrail(audit, clock),
        supervisor=Supervisor(clock),
        stalls=StallMonitor(clock),
    )
    return services, store


def _known() -> credentials.Credentials:
    tokens = (token_of("trader", Role.TRADE, TRADER), token_of("reader", Role.READ, READER))
    return credentials.Credentials((), b"k" * 32, tokens)


def _passwords() -> Passwords:
    from argon2 import PasswordHasher

    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@asynccontextmanager
async def rig_in(folder: Path, bot_url: str = NOBODY) -> AsyncIterator[Rig]:
    """A running application and a client with the role trade that calls it in this process."""
    clock = ManualClock(scene().scan.published_ms + 2_000)
    services, store = services_in(folder, bot_url, clock)
    app = create_app(services)
    transport = httpx.ASGITransport(app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=bearer(TRADER)) as client:
            assert isinstance(services.streams, ToldStreams)
            yield Rig(app, services, folder, client, services.streams)
    finally:
        for watch in services.bots:
            await watch.close()
        services.access.close()
        store.close()
