"""`python -m bench.feed_server`: one process that serves the same 544 coins as our feed and as plain JSON to everybody."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from starlette.types import ASGIApp

from bench.market import COINS
from companion.feed.endpoints import feed_router
from companion.feed.hub import FeedHub
from companion.settings.feed import FeedSettings

COLUMNS = (
    "pair", "price", "change_24h", "quote_volume_24h", "side", "gate", "regime", "score", "raw", "minimum", "leverage",
    "entry_price", "stop", "target", "size_factor", "zscore", "threshold", "hurst", "adx", "rsi", "atr_pct", "spread_pct",
    "imbalance", "imbalance_trend", "funding_rate", "basis_pct", "whale_z", "rank", "fresh", "digest",
)  # fmt: skip
LIVE = tuple(
    COLUMNS.index(name) for name in ("price", "spread_pct", "imbalance", "basis_pct", "funding_rate")
)
"""The columns that move between two candle closes; a coin whose book ticker moved changes in all of them."""
MOVING = 0.8
"""Share of the coins that move in a second."""


class MovingMarket:
    """Rows of all coins, of which most change a little with every update: in the columns ``live``."""

    def __init__(self, columns: Sequence[str] = COLUMNS, live: Sequence[int] = LIVE) -> None:
        self._random = np.random.default_rng(1)
        self._live = live
        self.rows: dict[str, tuple[Any, ...]] = {}
        for coin in range(COINS):
            numbers = [round(float(value), 6) for value in self._random.uniform(0.01, 100.0, len(columns))]
            row: list[Any] = [*numbers]
            row[columns.index("pair")] = f"COIN{coin}/USDT:USDT"
            row[columns.index("side")] = ("LONG", "SHORT", None)[coin % 3]
            row[columns.index("gate")] = ("Z", "HOURS", "SCORE_LOW", "SCORE_PASS")[coin % 4]
            row[columns.index("regime")] = ("MEAN_REVERSION", "TRENDING")[coin % 2]
            row[columns.index("digest")] = f"{coin * 7919:012x}"
            self.rows[f"COIN{coin}USDT"] = tuple(row)

    def move(self) -> Mapping[str, tuple[Any, ...]]:
        """The next second."""
        moves = self._random.random(COINS) < MOVING
        changed = {}
        for (key, row), moving in zip(self.rows.items(), moves, strict=True):
            if moving:
                values = list(row)
                for column in self._live:
                    values[column] = round(float(self._random.uniform(0.01, 100.0)), 6)
                row = tuple(values)
            changed[key] = row
        self.rows = changed
        return changed


class Server:
    """The two ways of sending, driven over HTTP: an update goes to all clients of one of them."""

    def __init__(self, columns: Sequence[str] = COLUMNS, live: Sequence[int] = LIVE) -> None:
        self.market = MovingMarket(columns, live)
        self.hub = FeedHub(FeedSettings(), columns, ("size",))
        self.hub.opportunities.publish(self.market.rows)
        self.full: set[WebSocket] = set()

    def app(self) -> FastAPI:
        """Our feed, the plain one, and the routes that drive them."""

        async def anybody(_: WebSocket) -> float:
            return 3600.0

        app = FastAPI()
        app.include_router(feed_router(self.hub, anybody))
        app.add_api_websocket_route("/ws/full", self.serve_full)
        app.add_api_route("/clients", lambda: {"feed": self.hub.counts.clients, "full": len(self.full)})
        app.add_api_route("/update/{way}/{count}", self.update, methods=["POST"])
        return app

    async def serve_full(self, websocket: WebSocket) -> None:
        """Keep a client that is sent plain JSON."""
        await websocket.accept()
        self.full.add(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            self.full.discard(websocket)

    async def update(self, way: str, count: int) -> dict[str, float]:
        """Send ``count`` updates; CPU seconds of this process that they took."""
        rows = [self.market.move() for _ in range(count)]
        used = _cpu_seconds()
        for table in rows:
            await (self._send_delta(table) if way == "feed" else self._send_full(table))
        return {"cpu_seconds": _cpu_seconds() - used}

    async def _send_delta(self, table: Mapping[str, tuple[Any, ...]]) -> None:
        wanted = self.hub.counts.frames_sent + self.hub.counts.clients
        self.hub.opportunities.publish(table)
        self.hub.wake()
        while self.hub.counts.frames_sent < wanted:
            await asyncio.sleep(0)

    async def _send_full(self, table: Mapping[str, tuple[Any, ...]]) -> None:
        for websocket in self.full:
            coins = [{"id": key, **dict(zip(COLUMNS, row, strict=True))} for key, row in table.items()]
            await websocket.send_json({"type": "scanner_update", "data": {"opportunities": coins}})


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def serve(app: ASGIApp) -> None:
    """Serve on a free port, which is the first line of the output."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(
            app, log_level="warning", ws="websockets-sansio", ws_per_message_deflate=False
        )
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    serve(Server().app())
