"""`python -m bench.page_server`: the built page, its peer and the feed of 544 moving coins, without a market or a login."""

from __future__ import annotations

import time
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from bench.feed_server import Server, serve
from companion.feed.coins import COLUMNS
from companion.page.routes import page_routes

PEER = Path(__file__).with_name("page_peer") / "built"
LIVE = tuple(
    COLUMNS.index(name) for name in ("last_price", "spread_now", "imbalance_now", "basis_now", "funding_next")
)
"""The columns that move between two candle closes."""
_HOUR_MS = 3_600_000


def app() -> FastAPI:
    """All of it; what the page asks for besides its session is not there, as at a start."""
    server = Server(COLUMNS, LIVE)
    found = server.app()

    @found.get("/api/v1/session")
    def session() -> dict[str, object]:
        until = int(time.time() * 1000) + _HOUR_MS
        return {"name": "bench", "role": "read", "means": "session", "expires_ms": until, "csrf_token": ""}

    @found.get("/api/v1/{rest:path}")
    def nothing(rest: str) -> JSONResponse:
        document = {"type": "urn:hhq:problem:no-scan-yet", "detail": rest, "request_id": "0" * 16}
        return JSONResponse(document, 503, media_type="application/problem+json")

    found.router.routes.extend(page_routes())
    found.mount("/peer", StaticFiles(directory=PEER, html=True))
    return found


if __name__ == "__main__":
    serve(app())
