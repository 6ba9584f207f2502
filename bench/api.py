"""Every GET of the API at 544 coins: kept-alive connections against a new connection for each request."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from bench.market import COINS
from bench.measure import Result
from companion.ground.layout import LOCALHOST

LARGEST_MS = 8.0
"""What the median of no GET may exceed on a kept-alive connection."""
_REQUESTS = 21
_PARAMETERS = {"symbol": "BTCUSDT"}
_OK = 200


def api_latency() -> Result:
    """Median time of an answer, averaged over all GETs that this service can answer without a bot."""
    with _server() as (port, token):
        kept, fresh = _Kept(port, token), _Fresh(port, token)
        paths = [path for path in _paths(kept) if kept.status(path) == _OK]
        ours = {path: statistics.median(kept.ms(path) for _ in range(_REQUESTS)) for path in paths}
        theirs = {path: statistics.median(fresh.ms(path) for _ in range(_REQUESTS)) for path in paths}
    slowest = max(ours, key=lambda path: ours[path])
    own, other = statistics.mean(ours.values()), statistics.mean(theirs.values())
    peer = (
        f"a new connection for each request; {len(paths)} GETs at {COINS} coins, mean of their medians of {_REQUESTS}; "
        f"the slowest kept alive is {slowest} with {ours[slowest]:.1f} ms (at most {LARGEST_MS:g})"
    )
    return Result("api_latency", round(own, 3), round(other, 3), "ms", round(other / own, 2), 1.0, peer)


class _Client:
    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}"}

    def connection(self) -> HTTPConnection:
        """The connection for the next request."""
        raise NotImplementedError

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of one answer."""
        connection = self.connection()
        connection.request("GET", path, headers=self._headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def status(self, path: str) -> int:
        """Status of one answer."""
        return self.get(path)[0]

    def ms(self, path: str) -> float:
        """How long one answer takes, in ms."""
        began = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - began) * 1e3


class _Kept(_Client):
    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, token)
        self._connection = HTTPConnection(LOCALHOST, port, timeout=60)

    def connection(self) -> HTTPConnection:
        return self._connection


class _Fresh(_Client):
    def connection(self) -> HTTPConnection:
        return HTTPConnection(LOCALHOST, self._port, timeout=60)


def _paths(client: _Client) -> list[str]:
    """The paths of all GETs under the API's prefix, and of those beside it; parameters filled in where they are known."""
    document: dict[str, Any] = json.loads(client.get("/api/v1/openapi.json")[1])
    found = [path for path, item in document["paths"].items() if "get" in item]
    wanted = [path for path in found if path.startswith("/api/v1/") or f"/api/v1{path}" not in found]
    return [
        path.format(**_PARAMETERS)
        for path in wanted
        if set(_names(document["paths"][path]["get"])) <= _PARAMETERS.keys()
    ]


def _names(operation: dict[str, Any]) -> list[str]:
    return [given["name"] for given in operation.get("parameters", ()) if given.get("required")]


@contextmanager
def _server() -> Iterator[tuple[int, str]]:
    process = subprocess.Popen([sys.executable, "-m", "bench.api_server"], stdout=subprocess.PIPE, text=True)
    try:
        begun = json.loads(process.stdout.readline() if process.stdout else "")
        yield begun["port"], begun["token"]
    finally:
        process.terminate()
        process.wait(20)
