"""Closes connections that never finish a request: opening many must not exhaust the service's file descriptors."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""For headers and body of one request; uvicorn itself waits forever for the first request of a connection."""


class DeadlineProtocol(H11Protocol):
    """uvicorn's HTTP with a deadline for each request, counted from the connection's start or the request's first byte."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the deadline of the first request."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Start the deadline of a request that is incomplete; stop it when the request is complete."""
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            # It has become a WebSocket, which no request ends: h11 still waits for a body there.
            self._end()
        elif self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._begin()
        else:
            self._end()

    def on_response_complete(self) -> None:
        """Start the deadline of a request that came in one piece with the one before it."""
        super().on_response_complete()
        unread = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if (unread or self.conn.their_state is h11.SEND_BODY) and not self.transport.is_closing():
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.close()
