"""The replay exchange as an ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companion.replay.clock import Clock
from companion.replay.control import Control, iso
from companion.replay.exchange import Exchange
from companion.replay.faults.control import FaultControl
from companion.replay.faults.injector import FaultInjector
from companion.replay.market import Market
from companion.replay.rest.gateway import Gateway
from companion.replay.streams.connection import Outlet, StreamLimits, send_text
from companion.replay.streams.endpoint import StreamEndpoint
from companion.replay.streams.hub import Hub
from companion.replay.weights import DATA_LIMIT, DATA_WINDOW, DEFAULT_LIMIT, WeightLedger

_LOG = logging.getLogger(__name__)
_METHODS = ["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True)
class AppOptions:
    """Limits and hooks. `list_all` shows coins in exchangeInfo before their listing and after their
    delisting. `real` gives the Unix seconds of the weight window; `outlet` sends every WebSocket
    message and `middleware` sees every request. With `faults` both belong to a fault injector, which
    /replay/faults controls."""

    seed: int = 0
    list_all: bool = False
    weight_limit: int = DEFAULT_LIMIT
    stream_limits: StreamLimits = field(default_factory=StreamLimits)
    real: Callable[[], float] = time.time
    outlet: Outlet = send_text
    middleware: Sequence[Middleware] = ()
    faults: bool = False


def create_app(market: Market, clock: Clock, options: AppOptions | None = None) -> Starlette:
    """The exchange over `market` (in served time) and `clock`.

    `app.state.exchange` is the Exchange behind it, `app.state.connections` the open connections,
    `app.state.faults` the fault injector or None.
    """
    options = options or AppOptions()
    injector = FaultInjector(options.seed) if options.faults else None
    outlet, middleware = options.outlet, list(options.middleware)
    if injector is not None:
        outlet = injector.outlet
        middleware.append(Middleware(injector.middleware))
    exchange = Exchange(market, clock, options.seed, list_all=options.list_all)
    ledger = WeightLedger(options.real, options.weight_limit)
    hub = Hub(exchange)
    streams = StreamEndpoint(hub, options.stream_limits, outlet)
    gateway = Gateway(exchange, ledger, WeightLedger(options.real, DATA_LIMIT, DATA_WINDOW))
    app = Starlette(
        routes=[
            Route("/fapi/{path:path}", gateway.answer, methods=_METHODS),
            Route("/futures/data/{path:path}", gateway.answer_data, methods=_METHODS),
            *Control(exchange, ledger, streams.summary).routes(),
            *(FaultControl(injector, exchange, streams.connections).routes() if injector else ()),
            *streams.routes(),
        ],
        middleware=middleware,
        lifespan=lambda _app: _lifespan(hub, exchange),
        exception_handlers={404: _not_found},
    )
    app.state.exchange = exchange
    app.state.connections = streams.connections
    app.state.faults = injector
    return app


@contextlib.asynccontextmanager
async def _lifespan(hub: Hub, exchange: Exchange) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(hub.run(), name="streams"),
        asyncio.create_task(_announce_end(exchange), name="end of tape"),
    ]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _announce_end(exchange: Exchange) -> None:
    """Log once that the tape has ended."""
    end = exchange.market.end
    while not exchange.ended(exchange.clock.now()):
        await exchange.clock.wait(end, 60.0)
    recorded = iso(exchange.recorded(end))
    _LOG.warning("end of tape: the last recorded candle closed at %s; no more candles come", recorded)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _LOG.error("task %r ended by an error", task.get_name(), exc_info=task.exception())


async def _not_found(_request: Request, _error: Exception) -> Response:
    return Response("404 page not found", 404, media_type="text/plain")
