"""The parts of the service: what each does now, what it did last, and what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response

from companion.api.answers import answer
from companion.api.health import database_problem
from companion.api.parts import Parts
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import refuse_unknown_query
from companion.ground.plain import plain
from companion.security.require import Reader
from companion.streams.status import BackfillStatus, ConnectionStatus, WeightStatus
from companion.tasks.status import TaskStatus
from hhq.panel import CANDLE_MS

router = APIRouter(tags=["modules"], dependencies=[Depends(refuse_unknown_query)])


@dataclass(frozen=True, slots=True)
class StreamsView:
    """The streams. ``fresh`` of ``coins`` that are traded may be decided; ``stale`` counts the others by reason."""

    running: bool
    coins: int
    fresh: int
    stale: Mapping[str, int]
    over_rest: int
    connections: tuple[ConnectionStatus, ...]
    weight: WeightStatus
    backfill: BackfillStatus
    clock_offset_ms: float


@dataclass(frozen=True, slots=True)
class RecorderView:
    """The recorder. ``sealed_close_ms``: close of the newest sealed candle, whose row was there ``sealed_after_ms`` later.

    ``sealed`` and ``void`` count candles since the start, the void ones by reason; ``alarms`` names inputs that no coin
    has had for long.
    """

    recording: bool
    sealed_close_ms: int | None
    sealed_after_ms: int | None
    sealed: int
    void: Mapping[str, int]
    alarms: tuple[str, ...]
    archive_bytes: int
    archive_days: int
    write_errors: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class StoreView:
    """The database: its kind, whether it can be written now, and why not. ``late``: audit entries that still wait for it."""

    kind: str
    writable: bool
    problem: str
    late: int


@dataclass(frozen=True, slots=True)
class LeaseView:
    """Whether this instance is the active one of its account, since when, and why its heartbeat fails, empty if not."""

    active: bool
    since_ms: int
    takeovers: int
    problem: str


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What runs in this service; null: not here. ``tasks``: what the supervisor keeps running. Times ms UTC, 0 = never."""

    streams: StreamsView | None
    recorder: RecorderView | None
    store: StoreView | None
    lease: LeaseView | None
    tasks: tuple[TaskStatus, ...]


@router.get("/parts", response_model=model_of(ServiceParts), summary="Parts of the service")
async def service_parts(parts: Parts, _: Reader) -> Response:
    """Streams, recorder, database, lease and tasks: state, last action, reason. The scanner has `GET /scanner/status`."""
    found = ServiceParts(
        _streams(parts),
        _recorder(parts),
        await _store(parts),
        _lease(parts),
        parts.supervisor.status() if parts.supervisor else (),
    )
    return answer(plain(found))


def _streams(services: Services) -> StreamsView | None:
    if services.streams is None:
        return None
    status, market = services.streams.status(), services.market
    trading = market.universe.trading_rows
    reasons = Counter(reason.name.lower() for stale in status.stale.values() for reason in stale)
    return StreamsView(
        running=status.running,
        coins=len(trading),
        fresh=sum(market.is_fresh(row) for row in trading),
        stale=dict(sorted(reasons.items())),
        over_rest=len(status.over_rest),
        connections=status.connections,
        weight=status.weight,
        backfill=status.backfill,
        clock_offset_ms=status.clock_offset_ms,
    )


def _recorder(services: Services) -> RecorderView | None:
    if services.recorder is None:
        return None
    status = services.recorder.status()
    bar = status.sealed_bar
    return RecorderView(
        recording=status.recording,
        sealed_close_ms=None if bar is None else (bar + 1) * CANDLE_MS,
        sealed_after_ms=status.sealed_after_ms,
        sealed=status.sealed,
        void=status.void,
        alarms=status.alarms,
        archive_bytes=status.archive_bytes,
        archive_days=status.archive_days,
        write_errors=status.write_errors,
        last_error=status.last_error,
    )


async def _store(services: Services) -> StoreView | None:
    if services.store is None:
        return None
    problem = await database_problem(services)
    return StoreView(services.store.kind, not problem, problem, services.trail.waiting)


def _lease(services: Services) -> LeaseView | None:
    if services.lease is None:
        return None
    status = services.lease.status()
    return LeaseView(status.active, status.since_ms, status.takeovers, status.problem)
