"""WebSocket routes: raw and combined streams under every path that clients use."""

from __future__ import annotations

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from companion.replay.rules import Json
from companion.replay.streams.connection import (
    POLICY_VIOLATION,
    CommandError,
    Connection,
    Outlet,
    StreamLimits,
)
from companion.replay.streams.hub import Hub

_PREFIXES = ("", "/market", "/public")


class StreamEndpoint:
    """Accepts connections and keeps the list of them."""

    def __init__(self, hub: Hub, limits: StreamLimits, outlet: Outlet) -> None:
        self._hub = hub
        self._limits = limits
        self._outlet = outlet
        self.connections: set[Connection] = set()

    def routes(self) -> list[WebSocketRoute]:
        """Starlette routes. A number after /ws/ only tells connections apart."""
        paths = [
            (prefix + path, endpoint)
            for prefix in _PREFIXES
            for path, endpoint in (
                ("/ws", self.raw),
                ("/ws/{names:path}", self.raw),
                ("/stream", self.combined),
            )
        ]
        return [WebSocketRoute(path, endpoint) for path, endpoint in paths]

    async def raw(self, websocket: WebSocket) -> None:
        """/ws: events as they are."""
        names = websocket.path_params.get("names", "")
        texts = [text for text in names.split("/") if "@" in text or text.startswith("!")]
        await self._serve(websocket, texts, combined=False)

    async def combined(self, websocket: WebSocket) -> None:
        """/stream?streams=a/b: events wrapped with their stream's name."""
        names = websocket.query_params.get("streams", "")
        texts = [text for text in names.split("/") if text]
        await self._serve(websocket, texts, combined=True)

    def summary(self) -> Json:
        """Number of connections and of their streams, and the names among them that are no streams."""
        unknown = {
            text
            for connection in self.connections
            for text, name in connection.streams.items()
            if name is None
        }
        return {
            "count": len(self.connections),
            "streams": [len(connection.streams) for connection in self.connections],
            "no_streams": [*sorted(unknown)],
        }

    async def _serve(self, websocket: WebSocket, texts: list[str], *, combined: bool) -> None:
        await websocket.accept()
        connection = Connection(websocket, self._hub, combined, self._limits, self._outlet)
        self.connections.add(connection)
        try:
            connection.subscribe(texts)
            await connection.serve()
        except CommandError as error:
            await websocket.close(POLICY_VIOLATION, error.message)
        finally:
            self.connections.discard(connection)
