"""The entry points of all REST requests: weight, route, answer or refusal."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from companion.replay.errors import BinanceError, missing_api_key, refused_api_key, unknown_path
from companion.replay.exchange import Exchange
from companion.replay.rest.parameters import Parameters
from companion.replay.rest.table import DATA_ROUTES, PRIVATE, ROUTES, Route
from companion.replay.rules import Json
from companion.replay.weights import MINUTE, Verdict, WeightLedger

_JSON = "application/json"


class Gateway:
    """Answers /fapi and /futures/data requests. Request bodies are not read: no public route has one.

    `ledger` counts the weight of /fapi, `data_ledger` the requests of /futures/data.
    """

    def __init__(self, exchange: Exchange, ledger: WeightLedger, data_ledger: WeightLedger) -> None:
        self._exchange = exchange
        self._ledger = ledger
        self._data_ledger = data_ledger

    async def answer(self, request: Request) -> Response:
        """Answer one request below /fapi."""
        address = _address(request)
        query = Parameters(request.query_params)
        path = request.path_params["path"]
        route = ROUTES.get(path) if request.method == "GET" else None
        verdict = self._ledger.charge(address, route.weight(query) if route else 1)
        headers = {"X-MBX-USED-WEIGHT-1M": str(verdict.used)}
        if verdict.status != 200:
            return _throttled(verdict, address, self._ledger, headers)
        if route is None:
            return _refused(self._refusal(path, request, address), headers)
        return self._handled(route, query, headers)

    async def answer_data(self, request: Request) -> Response:
        """Answer one request below /futures/data: statistics, which have a limit of their own and no weight."""
        path, address = request.path_params["path"], _address(request)
        verdict = self._data_ledger.charge(address, 1)
        if verdict.status != 200:
            return _throttled(verdict, address, self._data_ledger, {})
        route = DATA_ROUTES.get(path) if request.method == "GET" else None
        if route is None:
            return _refused(unknown_path(f"/futures/data/{path}", request.method), {})
        return self._handled(route, Parameters(request.query_params), {})

    def _handled(self, route: Route, query: Parameters, headers: Mapping[str, str]) -> Response:
        try:
            content = route.handler(self._exchange, query, self._exchange.clock.now())
        except BinanceError as error:
            return _refused(error, headers)
        return _response(content, 200, headers)

    def _refusal(self, path: str, request: Request, address: str) -> BinanceError:
        _, _, name = path.partition("/")
        if name not in PRIVATE:
            return unknown_path(f"/fapi/{path}", request.method)
        if not request.headers.get("X-MBX-APIKEY"):
            return missing_api_key()
        return refused_api_key(address)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _throttled(verdict: Verdict, address: str, ledger: WeightLedger, headers: Mapping[str, str]) -> Response:
    advice = "Please use the websocket for live updates to avoid"
    if verdict.status == 429:
        span = "minute" if ledger.window == MINUTE else f"{ledger.window / MINUTE:.0f} minutes"
        message = (
            f"Too many requests; current limit of IP({address}) is {ledger.limit} "
            f"requests per {span}. {advice} polling the API."
        )
    else:
        until = int(verdict.banned_until * 1000.0)
        message = f"Way too many requests; IP({address}) banned until {until}. {advice} bans."
    retry = {"Retry-After": str(verdict.retry_after)}
    return _response({"code": -1003, "msg": message}, verdict.status, {**headers, **retry})


def _refused(error: BinanceError, headers: Mapping[str, str]) -> Response:
    return _response({"code": error.code, "msg": error.message}, error.status, headers)


def _response(content: Json, status: int, headers: Mapping[str, str]) -> Response:
    return Response(orjson.dumps(content), status, headers, _JSON)
