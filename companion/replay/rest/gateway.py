"""The single entry point of all REST requests: weight, route, answer or refusal."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from companion.replay.errors import BinanceError, missing_api_key, refused_api_key, unknown_path
from companion.replay.exchange import Exchange
from companion.replay.rest.parameters import Parameters
from companion.replay.rest.table import PRIVATE, ROUTES
from companion.replay.rules import Json
from companion.replay.weights import Verdict, WeightLedger

_JSON = "application/json"


class Gateway:
    """Answers /fapi requests. Request bodies are not read: no public route has one."""

    def __init__(self, exchange: Exchange, ledger: WeightLedger) -> None:
        self._exchange = exchange
        self._ledger = ledger

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        address = request.client.host if request.client else "unknown"
        query = Parameters(request.query_params)
        path = request.path_params["path"]
        route = ROUTES.get(path) if request.method == "GET" else None
        verdict = self._ledger.charge(address, route.weight(query) if route else 1)
        headers = {"X-MBX-USED-WEIGHT-1M": str(verdict.used)}
        if verdict.status != 200:
            return self._throttled(verdict, address, headers)
        try:
            if route is None:
                raise self._refusal(path, request, address)
            now = self._exchange.clock.now()
            content = route.handler(self._exchange, query, now)
        except BinanceError as error:
            return _response({"code": error.code, "msg": error.message}, error.status, headers)
        return _response(content, 200, headers)

    def _refusal(self, path: str, request: Request, address: str) -> BinanceError:
        _, _, name = path.partition("/")
        if name not in PRIVATE:
            return unknown_path(f"/fapi/{path}", request.method)
        if not request.headers.get("X-MBX-APIKEY"):
            return missing_api_key()
        return refused_api_key(address)

    def _throttled(self, verdict: Verdict, address: str, headers: dict[str, str]) -> Response:
        headers["Retry-After"] = str(verdict.retry_after)
        advice = "Please use the websocket for live updates to avoid"
        if verdict.status == 429:
            message = (
                f"Too many requests; current limit of IP({address}) is {self._ledger.limit} "
                f"requests per minute. {advice} polling the API."
            )
        else:
            until = int(verdict.banned_until * 1000.0)
            message = f"Way too many requests; IP({address}) banned until {until}. {advice} bans."
        return _response({"code": -1003, "msg": message}, verdict.status, headers)


def _response(content: Json, status: int, headers: Mapping[str, str]) -> Response:
    return Response(orjson.dumps(content), status, headers, _JSON)
