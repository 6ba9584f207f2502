"""The replay exchange on a free port, in a thread of the test process."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType

import httpx
import uvicorn

from companion.replay.app import AppOptions, create_app
from companion.replay.clock import Clock, ScaledClock
from companion.replay.exchange import Exchange
from companion.replay.market import Market


def fast_clock(start: int, speed: float = 60.0) -> ScaledClock:
    """A clock that runs from `start`, whatever the time of day is."""
    begun = time.monotonic()
    return ScaledClock(speed, start / 1000.0, lambda: start / 1000.0 + time.monotonic() - begun)


class RunningExchange:
    """A context manager around a real uvicorn server."""

    def __init__(self, market: Market, clock: Clock, options: AppOptions | None = None) -> None:
        self.clock = clock
        self.app = app = create_app(market, clock, options)
        self.exchange: Exchange = app.state.exchange
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(128)
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    @property
    def url(self) -> str:
        """Address of the REST side."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """Address of the WebSocket side."""
        return f"ws://127.0.0.1:{self.port}"

    def get(self, path: str, **query: object) -> httpx.Response:
        """GET /fapi/`path`."""
        params = {name: str(value) for name, value in query.items()}
        return httpx.get(f"{self.url}/fapi/{path}", params=params, timeout=20.0)

    def __enter__(self) -> RunningExchange:
        self._thread.start()
        httpx.get(f"{self.url}/replay/status", timeout=20.0).raise_for_status()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=15.0)
        self._listener.close()
