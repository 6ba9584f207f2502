"""Routes that trigger faults and report their counts."""

from __future__ import annotations

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companion.replay.exchange import CoinView, Exchange
from companion.replay.faults.injector import FaultInjector
from companion.replay.faults.kinds import (
    Announcement,
    Command,
    ConnectionFault,
    ContractChange,
    Fault,
    ListingFault,
    MessageShares,
    RestFault,
)
from companion.replay.rules import TRADIFI, Json
from companion.replay.streams.connection import Connection

_COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


class FaultControl:
    """GET reports the counts, PUT sets the shares of message faults, POST triggers a fault now."""

    def __init__(self, injector: FaultInjector, exchange: Exchange, connections: set[Connection]) -> None:
        self._injector = injector
        self._exchange = exchange
        self._connections = connections

    def routes(self) -> list[Route]:
        """Starlette routes; they cost no weight and are never refused."""
        return [
            Route("/replay/faults", self.tell, methods=["GET"]),
            Route("/replay/faults", self.set_shares, methods=["PUT"]),
            Route("/replay/faults", self.happen, methods=["POST"]),
        ]

    async def tell(self, _request: Request) -> Response:
        """Shares in force, how often each fault has struck, and how many requests ignored their Retry-After."""
        return _json(self._told())

    async def set_shares(self, request: Request) -> Response:
        """Body: shares of message faults; what is not named is 0."""
        try:
            self._injector.shares = MessageShares.model_validate_json(await request.body())
        except ValidationError as problem:
            return _refusal(problem)
        return _json(self._told())

    async def happen(self, request: Request) -> Response:
        """Body: a fault of connections, of REST, or of a coin's listing."""
        try:
            command = _COMMAND.validate_json(await request.body())
        except ValidationError as problem:
            return _refusal(problem)
        met = 1
        if isinstance(command, ConnectionFault):
            met = self._injector.meet(command, self._connections)
        elif isinstance(command, RestFault):
            self._injector.refuse(command)
        else:
            view = self._exchange.views.get(command.symbol)
            if view is None:
                return _json({"error": f"symbol: {command.symbol} is not on the tape"}, 400)
            self._change(view, command)
        return _json({"met": met})

    def _change(self, view: CoinView, command: ListingFault) -> None:
        now = self._exchange.clock.now()
        if isinstance(command, Announcement):
            view.delivery = now + round(command.minutes * 60_000)
        elif isinstance(command, ContractChange):
            view.contract_type = TRADIFI
        else:
            view.delist(now)
        self._injector.counts[command.fault] += 1

    def _told(self) -> Json:
        counts: Json = {fault.value: self._injector.counts[fault] for fault in Fault}
        shares: Json = self._injector.shares.model_dump()
        return {"shares": shares, "counts": counts, "disobeyed": self._injector.disobeyed}


def _refusal(problem: ValidationError) -> Response:
    item = problem.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in item["loc"])
    return _json({"error": f"{place}: {item['msg']}" if place else item["msg"]}, 400)


def _json(content: Json, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
