"""Control routes under /replay: what the exchange is doing, and moving its manual clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companion.replay.clock import ManualClock
from companion.replay.errors import ReplayError
from companion.replay.exchange import Exchange
from companion.replay.rules import Json
from companion.replay.weights import WeightLedger


class Control:
    """Routes that exist for tests and people, not for trading clients. They cost no weight."""

    def __init__(self, exchange: Exchange, ledger: WeightLedger, connections: Callable[[], Json]) -> None:
        self._exchange = exchange
        self._ledger = ledger
        self._connections = connections

    def routes(self) -> list[Route]:
        """Starlette routes."""
        return [
            Route("/replay/status", self.status, methods=["GET"]),
            Route("/replay/clock", self.move_clock, methods=["POST"]),
        ]

    async def status(self, _request: Request) -> Response:
        """Times, speed, symbols, end of the tape, weights and connections."""
        exchange = self._exchange
        now = exchange.clock.now()
        market = exchange.market
        return _json(
            {
                "served_time": now,
                "served": iso(now),
                "recorded_time": exchange.recorded(now),
                "recorded": iso(exchange.recorded(now)),
                "offset_ms": market.offset,
                "speed": exchange.clock.speed,
                "clock": "manual" if isinstance(exchange.clock, ManualClock) else "scaled",
                "tape_begin": market.begin,
                "tape_end": market.end,
                "ended": exchange.ended(now),
                "kind": market.marker.kind,
                "name": market.name,
                "note": market.marker.note,
                "seed": exchange.seed,
                "symbols": len(market.coins),
                "trading": len(exchange.trading(now)),
                "weight_limit": self._ledger.limit,
                "weight_used": dict(self._ledger.used()),
                "connections": self._connections(),
            }
        )

    async def move_clock(self, request: Request) -> Response:
        """Body {"advance_ms": n} or {"set_ms": t}: move a clock that is advanced by hand."""
        clock = self._exchange.clock
        if not isinstance(clock, ManualClock):
            return _json({"error": "the clock runs by itself; start with --clock manual"}, 409)
        try:
            body = orjson.loads(await request.body())
            _move(clock, body)
        except (orjson.JSONDecodeError, ReplayError) as problem:
            return _json({"error": str(problem)}, 400)
        return _json({"served_time": clock.now()})


def _move(clock: ManualClock, body: object) -> None:
    if isinstance(body, dict) and len(body) == 1:
        (name, value), *_ = body.items()
        if isinstance(value, int) and name == "advance_ms":
            return clock.advance(value)
        if isinstance(value, int) and name == "set_ms":
            return clock.set(value)
    raise ReplayError('expected {"advance_ms": integer} or {"set_ms": integer}')


def iso(time: int) -> str:
    """Milliseconds as ISO 8601 in UTC."""
    return datetime.fromtimestamp(time / 1000.0, UTC).isoformat(timespec="milliseconds")


def _json(content: Json, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
