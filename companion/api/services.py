"""The parts of the service that the routes use, put together once at the start."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from companion.bot.bots import Bots
from companion.domain_settings.desk import SettingsDesk
from companion.ground.clock import Clock
from companion.market.funding import FundingMemory
from companion.market.memory import MarketMemory
from companion.portfolio.live_evidence import DriftWatch
from companion.portfolio.views import Portfolio
from companion.recorder.status import RecorderStatus
from companion.scanner.latest_scan import LatestScan
from companion.scanner.scanner import ScannerStatus
from companion.security.access import Access
from companion.settings import CompanionSettings
from companion.store.audit import AuditLog
from companion.store.audit_trail import AuditTrail
from companion.store.database import Store
from companion.store.lease import Lease
from companion.streams.status import StreamStatus
from companion.tasks.stalls import StallMonitor
from companion.tasks.supervisor import Supervisor
from companion.venues.origin import MarketOrigin


class ScannerPart(Protocol):
    """The scanner, as routes use it."""

    @property
    def status(self) -> ScannerStatus:
        """The scanner now."""

    def start(self) -> None:
        """Scan from the next candle close on."""

    def stop(self) -> None:
        """Stop scanning; what is published stays."""

    def pair_list(self) -> dict[str, object]:
        """The body of ``GET /pairlist``."""


class StreamsPart(Protocol):
    """The streams as routes use them."""

    def status(self) -> StreamStatus:
        """The streams now."""


class OriginPart(Protocol):
    """What is known of the market's origin, as routes use it."""

    @property
    def origin(self) -> MarketOrigin:
        """What the exchange's prices are of."""


class RecorderPart(Protocol):
    """The recorder as routes use it."""

    def status(self) -> RecorderStatus:
        """The recorder now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All parts. One that is None does not run here: its routes answer 503, its status says enabled false.

    ``trail`` records what must work without a database. ``failures`` counts exceptions that no route foresaw, by type.
    """

    clock: Clock
    started_ms: int
    settings: CompanionSettings
    market: MarketMemory
    latest_scan: LatestScan
    bots: Bots
    access: Access
    tuning: SettingsDesk
    portfolio: Portfolio
    requests: Path
    streams: StreamsPart | None = None
    origin: OriginPart | None = None
    scanner: ScannerPart | None = None
    funding: FundingMemory | None = None
    recorder: RecorderPart | None = None
    store: Store | None = None
    audit: AuditLog | None = None
    trail: AuditTrail
    lease: Lease | None = None
    supervisor: Supervisor | None = None
    stalls: StallMonitor | None = None
    drifts: tuple[DriftWatch, ...] = ()
    failures: Counter[str] = field(default_factory=Counter)
