"""Whether the service is alive, whether it can be relied on, and its metrics for Prometheus."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request

from companion.api.answers import answer
from companion.api.parts import Parts
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import refuse_unknown_query
from companion.ground.plain import plain
from companion.security.require import Reader
from companion.store.errors import StoreBusyError, StoreError

router = APIRouter(tags=["health"], dependencies=[Depends(refuse_unknown_query)])

LARGEST_STALE_SHARE = 0.1
"""If more than this share of the trading coins is stale, the streams do not count as fresh."""
_DATABASE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Alive:
    """The process answers."""

    status: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that is not as it should be, and why."""

    part: str
    detail: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether everything that decisions rest on is there; ``missing`` names what is not."""

    ready: bool
    missing: tuple[Missing, ...]


@router.get("/health", response_model=model_of(Alive), summary="Liveness")
async def health() -> Response:
    """The process answers. No credentials needed."""
    return answer(plain(Alive("alive")))


@router.get(
    "/ready",
    response_model=model_of(Readiness),
    responses={503: {"model": model_of(Readiness), "description": "Not ready: `missing` says what."}},
    summary="Readiness",
)
async def ready(parts: Parts) -> Response:
    """Streams fresh, database writable, every bot reachable, every critical task running. No credentials needed."""
    missing = (*_streams(parts), *await _database(parts), *_bots(parts), *_tasks(parts), *_lease(parts))
    return answer(plain(Readiness(not missing, missing)), 503 if missing else 200)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Metrics."}},
    summary="Prometheus",
)
async def metrics(request: Request, _: Reader) -> Response:
    """Metrics of streams, scanner, request weight, tasks, bots and recorder in Prometheus' text format."""
    registry: CollectorRegistry = request.app.state.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _streams(services: Services) -> list[Missing]:
    if services.streams is None:
        return [Missing("streams", "they do not run in this service")]
    status = services.streams.status()
    if not status.running:
        return [Missing("streams", "they do not run")]
    market = services.market
    trading = market.universe.trading_rows
    fresh = sum(market.is_fresh(row) for row in trading)
    if fresh == 0 or fresh < (1.0 - LARGEST_STALE_SHARE) * len(trading):
        return [Missing("streams", f"{fresh} of {len(trading)} coins are fresh")]
    return []


async def database_problem(services: Services) -> str:
    """Why the database cannot be written; empty if it can."""
    if services.store is None:
        return "there is none in this service"
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            await services.store.check_writable(services.clock.now_ms())
    except (StoreError, StoreBusyError) as problem:
        return str(problem)
    except TimeoutError:
        return f"no answer within {_DATABASE_SECONDS:g} s"
    return ""


async def _database(services: Services) -> list[Missing]:
    problem = await database_problem(services)
    return [Missing("database", problem)] if problem else []


def _bots(services: Services) -> list[Missing]:
    return [
        Missing(f"bot {watch.name}", watch.state.last_error or "it has not answered yet")
        for watch in services.bots
        if not watch.state.reachable
    ]


def _tasks(services: Services) -> list[Missing]:
    if services.supervisor is None:
        return []
    return [Missing(f"task {name}", "it does not run") for name in services.supervisor.not_ready()]


def _lease(services: Services) -> list[Missing]:
    if services.lease is None or services.lease.is_active:
        return []
    return [Missing("lease", "passive: another instance of this account is the active one")]
