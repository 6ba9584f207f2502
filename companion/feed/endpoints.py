"""The WebSocket routes of the feed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect, status

from companion.feed.connection import Connection, Receive, Send, StalledClientError
from companion.feed.feed_connection import FeedConnection
from companion.feed.hub import FeedHub, TooManyClientsError
from companion.feed.plain_connection import PlainConnection

logger = logging.getLogger("companion.feed")

_LONGEST_SECONDS = 86_400.0
"""After a day a client has to reconnect, whatever its credential."""

Authenticate = Callable[[WebSocket], Awaitable[float]]
"""Returns for how many more seconds the client's credential is valid; then the connection is closed.

Raises HTTPException for a client that may not read: its connection is never accepted, the answer is that of a request.
"""
Open = Callable[[FeedHub, Send, Receive], Connection]


def feed_router(hub: FeedHub, authenticate: Authenticate) -> APIRouter:
    """Routes ``/ws/feed``, ``/ws/scanner`` and ``/ws/ui``; every connection is authenticated before it is accepted."""
    router = APIRouter()

    def add(path: str, name: str, open_connection: Open) -> None:
        async def endpoint(websocket: WebSocket) -> None:
            seconds = await authenticate(websocket)
            await serve(websocket, hub, open_connection, seconds)

        router.add_api_websocket_route(path, endpoint, name=name)

    add("/ws/feed", "feed", FeedConnection)
    add("/ws/scanner", "scanner", lambda *socket: _plain(hub, "scanner", *socket))
    add("/ws/ui", "ui", lambda *socket: _plain(hub, "ui", *socket))
    return router


def _plain(hub: FeedHub, name: str, _hub: FeedHub, send: Send, receive: Receive) -> Connection:
    return PlainConnection(hub, hub.plain[name], send, receive)


async def serve(
    websocket: WebSocket, hub: FeedHub, open_connection: Open, seconds: float = _LONGEST_SECONDS
) -> None:
    """Serve an authenticated client until it leaves, reads nothing for too long, or its credential expires.

    Refuses it while all connections are in use.
    """
    try:
        with hub.client():
            await websocket.accept()
            try:
                async with asyncio.timeout(min(seconds, _LONGEST_SECONDS)) as life:
                    await open_connection(hub, websocket.send_text, partial(_text_of, websocket)).serve()
            except TimeoutError:
                if not life.expired():
                    raise
                await websocket.close(status.WS_1008_POLICY_VIOLATION, "the credential has expired")
            except StalledClientError as problem:
                logger.warning("feed client %s disconnected: %s", _address(websocket), problem)
                await websocket.close(status.WS_1008_POLICY_VIOLATION, "too slow")
            except WebSocketDisconnect:
                return  # the client has left; nothing more to send
    except TooManyClientsError as problem:
        raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, str(problem)) from problem


async def _text_of(websocket: WebSocket) -> str | None:
    """The next text; None for a binary frame. Raises WebSocketDisconnect when the client is gone."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"], message.get("reason"))
    text: str | None = message.get("text")
    return text


def _address(websocket: WebSocket) -> str:
    return websocket.client.host if websocket.client else "unknown"
