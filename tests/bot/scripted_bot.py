"""An HTTP server that answers as Freqtrade's API would, with faults at will: a real bot does none of it on demand."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bot import answers


class ScriptedBot:
    """A context manager. ``content`` maps "METHOD path" to the JSON of its answer, ``failures`` to an error status."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = answers.of_a_quiet_bot()
        self.failures: dict[str, int] = {}
        self.raw: dict[str, bytes] = {}
        self.calls: list[tuple[str, Any]] = []
        self.silent = False
        methods = ["GET", "POST", "DELETE"]
        app = Starlette(routes=[Route("/api/v1/{path:path}", self._answer, methods=methods)])
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=0)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    def asked(self, call: str) -> list[Any]:
        """Bodies of the calls of this kind, e.g. "POST locks"."""
        return [body for name, body in self.calls if name == call]

    async def _answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        call = f"{request.method} {path}"
        self.calls.append(
            (call, await request.json() if await request.body() else dict(request.query_params))
        )
        while self.silent:
            await asyncio.sleep(0.01)
        if call in self.raw:
            return Response(self.raw[call], media_type="application/json")
        if call in self.failures:
            return JSONResponse({"error": f"Error querying {path}: as scripted"}, self.failures[call])
        if call not in self.content:
            return JSONResponse({"detail": "Not Found"}, 404)
        content = self.content[call]
        return JSONResponse(content(self.calls[-1][1]) if callable(content) else content)

    def __enter__(self) -> ScriptedBot:
        self._thread.start()
        httpx.get(f"{self.url}/api/v1/ping", timeout=20.0)
        self.calls.clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.silent = False
        self._server.should_exit = True
        self._thread.join(timeout=15.0)
        self._listener.close()
