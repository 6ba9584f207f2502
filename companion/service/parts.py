"""The composition root: every part made with what it needs, and the tasks that run them."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fastapi import FastAPI

from companion.api.application import create_app
from companion.api.services import Services
from companion.bot.comparison import DigestComparison
from companion.domain_settings.desk import SettingsDesk
from companion.domain_settings.in_force import SettingsInForce
from companion.feed.coins import COLUMNS, fresh_now
from companion.feed.endpoints import feed_router
from companion.feed.hub import FeedHub
from companion.feed.log_lines import FeedLogHandler
from companion.feed.publisher import FeedPublisher
from companion.ground.clock import Clock
from companion.history.scans import ScanHistory
from companion.history.trades import TradeHistory
from companion.portfolio.evidence import BotEvidence
from companion.portfolio.live_evidence import DriftWatch
from companion.portfolio.views import Portfolio
from companion.security.access import Access
from companion.security.credentials import Credentials, for_server
from companion.security.passwords import Passwords
from companion.security.require import reader_of
from companion.security.retention import KEPT_FOR_A_TIME
from companion.service import modules, warm
from companion.service.activity import Activity
from companion.service.market import MarketParts, make_market
from companion.service.tuned_files import tuned_files
from companion.settings import CompanionSettings
from companion.settings.store import StoreSettings
from companion.store.audit import AuditLog
from companion.store.audit_trail import AuditTrail
from companion.store.database import Store
from companion.store.errors import StoreError
from companion.store.lease import Lease
from companion.store.outbox import Outbox
from companion.store.retention import Retention
from companion.streams.streams import Streams
from companion.tasks.stalls import StallMonitor
from companion.tasks.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Service:
    """The application, the supervised tasks that it shows, and who may log in."""

    app: FastAPI
    services: Services
    supervisor: Supervisor
    credentials: Credentials
    ending: ExitStack
    """Closed after the tasks have ended."""
    streams: Streams

    def prepare(self) -> None:
        """Do, before the event loop begins, what would stall it."""
        self.streams.prepare()
        warm.prepare()


def make_service(
    settings: CompanionSettings, environment: Mapping[str, str], clock: Clock, root: Path, rng: Random
) -> Service:
    """Make all parts; blocks while the database is opened and migrated.

    Without its database the service starts all the same: it is passive then, stores nothing, and /ready says so. Raises
    UsageError naming a setting, or a settings file, that cannot be used.
    """
    ending = ExitStack()
    tuning = tuned_files(settings, root)
    domain = SettingsInForce(tuning.of_bots)
    store = _open_store(settings, environment, ending)
    access, credentials = _access(settings, environment, clock, root, store or _passing_store(ending), ending)
    lease, audit = (Lease(store, settings.store, clock), AuditLog(store, clock)) if store else (None, None)
    supervisor, stalls = Supervisor(clock, rng), StallMonitor(clock)
    parts = make_market(settings, environment, clock, root, rng, domain, _activity_of(lease))
    evidence = BotEvidence(root / settings.evidence.file, settings.evidence.days, clock)
    services = Services(
        clock=clock,
        started_ms=clock.now_ms(),
        settings=settings,
        market=parts.memory,
        latest_scan=parts.latest_scan,
        bots=parts.bots,
        access=access,
        tuning=SettingsDesk(tuning, clock),
        portfolio=Portfolio(parts.memory, domain, evidence, clock),
        requests=root / settings.bots.requests_file,
        streams=parts.streams,
        origin=parts.origin,
        scanner=parts.scanner,
        funding=parts.memory.funding,
        recorder=parts.recorder,
        store=store,
        audit=audit,
        trail=AuditTrail(audit, clock),
        lease=lease,
        drifts=_drifts(parts, store, evidence),
        supervisor=supervisor,
        stalls=stalls,
    )
    hub = FeedHub(settings.feed, COLUMNS, services.portfolio.position_columns)
    app = create_app(services, feed_router(hub, reader_of(access, clock)))
    _add_tasks(supervisor, parts, stalls, _publisher(hub, services, parts), clock)
    _add_acting(supervisor, services)
    return Service(app, services, supervisor, credentials, ending, parts.streams)


"""Next to the overlay: the changes that made it what it is."""


def _drifts(parts: MarketParts, store: Store | None, evidence: BotEvidence) -> tuple[DriftWatch, ...]:
    return tuple(DriftWatch(watch, store, evidence) for watch in parts.bots) if store else ()


def _publisher(hub: FeedHub, services: Services, parts: MarketParts) -> FeedPublisher:
    """The feed's publisher, which is notified of every change of a bot."""
    bots = parts.bots
    publisher = FeedPublisher(
        hub,
        parts.latest_scan,
        services.portfolio,
        lambda: tuple(watch.state for watch in bots),
        FeedLogHandler(),
        parts.turns,
        lambda scan: fresh_now(scan, services.market),
    )
    for watch in bots:
        watch.listeners.append(publisher)
    return publisher


def _activity_of(lease: Lease | None) -> Callable[[], bool]:
    return lambda: lease is not None and lease.is_active


def _add_tasks(
    supervisor: Supervisor, parts: MarketParts, stalls: StallMonitor, publisher: FeedPublisher, clock: Clock
) -> None:
    """Add what watches and reports the market and the bots, whether this instance is active or passive."""
    streams = parts.streams
    supervisor.add("stalls", stalls.run)
    after_backfill = warm.AfterBackfill(lambda: streams.status().backfill.complete, clock)
    supervisor.add("after the backfill", after_backfill.run, once=True)
    supervisor.add("streams", streams.run, critical=True)
    supervisor.add("origin of the market", parts.origin.run)
    if parts.recorder is not None:
        supervisor.add("recorder", parts.recorder.run)
    supervisor.add("scanner", parts.scanner.run, critical=True)
    for watch in parts.bots:
        supervisor.add(f"bot {watch.name}", watch.run)
    supervisor.add("feed", publisher.run)


def _add_acting(supervisor: Supervisor, services: Services) -> None:
    """Add what only the active instance does: writing to the store, and to the bots."""
    store, lease, clock, settings = services.store, services.lease, services.clock, services.settings
    if store is None or lease is None:
        return
    outbox = Outbox(store, lease, clock, ())
    acting: dict[str, Callable[[], Awaitable[None]]] = {
        "retention": Retention(store, settings.store, clock, outbox.kinds, KEPT_FOR_A_TIME).run,
        "history of scans": ScanHistory(services.latest_scan, store).run,
    }
    for watch, drift in zip(services.bots, services.drifts, strict=True):
        acting[f"history of {watch.name}"] = TradeHistory(watch, store, clock, drift.trades_stored).run
        acting[f"drift of {watch.name}"] = drift.run
        if settings.bots.compare:
            comparison = DigestComparison(watch, services.latest_scan, settings.bots, clock)
            acting[f"digests of {watch.name}"] = comparison.run
    for name, work in acting.items():
        supervisor.add(name, work, wanted=False)
    supervisor.add("lease", lease.run)
    supervisor.add("late audit", services.trail.run)
    supervisor.add("activity", Activity(lease, supervisor, tuple(acting), clock).run)


def _access(
    settings: CompanionSettings,
    environment: Mapping[str, str],
    clock: Clock,
    root: Path,
    store: Store,
    ending: ExitStack,
) -> tuple[Access, Credentials]:
    """Who may log in, and how that is checked. Raises UsageError naming a setting that forbids the start."""
    passwords, host = Passwords(), settings.server.host
    login_file = root / settings.security.login_file
    credentials = for_server(host, settings.security, environment, passwords, login_file)
    access = Access(store, credentials, settings.security, clock, host=host, passwords=passwords)
    ending.callback(access.close)
    return access, credentials


def _open_store(
    settings: CompanionSettings, environment: Mapping[str, str], ending: ExitStack
) -> Store | None:
    try:
        store = Store.open(settings.store, environment)
    except StoreError as problem:
        modules.say("store", str(problem))
        return None
    ending.callback(store.close)
    modules.say("store")
    return store


def _passing_store(ending: ExitStack) -> Store:
    """A database for sessions only, gone with the process: without the real one, people must still see what is wrong."""
    folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="hhq-companion-"))
    store = Store.open(StoreSettings(url=f"sqlite:///{folder}/sessions.sqlite"), {})
    ending.callback(store.close)
    return store
