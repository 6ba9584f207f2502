"""What surrounds every request: its id, the limit on its body, and the last catch for the unforeseen."""

from __future__ import annotations

import logging
import re
import secrets
from collections import Counter
from collections.abc import Callable

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companion.api.problems import Problem, document
from companion.ground.errors import CompanionError
from companion.security.errors import WrongHostError

logger = logging.getLogger("companion.api")

LARGEST_BODY = 256 * 1024
"""Bytes; the largest documented body has a few kilobytes."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class _BodyTooLargeError(CompanionError, HTTPException):
    """The body is larger than allowed. An HTTP exception, so that no framework mistakes it for a malformed body."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"a body has at most {most} bytes")


class RequestBoundary:
    """Outermost ASGI layer: nothing that raises inside leaves it as anything but a problem document."""

    def __init__(
        self,
        app: ASGIApp,
        failures: Counter[str],
        requests: Counter[tuple[str, str]],
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self._app = app
        self._failures = failures
        self._requests = requests
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket":
            await self._app(scope, receive, _answering_refusals(scope, receive, send))
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        scope["request_id"] = _request_id(request)
        exchange = _Exchange(scope["request_id"], receive, send, self._largest_body)
        try:
            exchange.check_announced(request.headers.get("content-length", ""))
            await self._app(scope, exchange.receive, exchange.send)
        except _BodyTooLargeError as error:
            problem = Problem(error.status_code, "body-too-large", error.detail)
            await document(request, problem)(scope, receive, exchange.send)
        except Exception as error:  # process boundary: a bug in one answer must not end the service
            self._failures[type(error).__name__] += 1
            logger.exception("%s %s failed, request %s", scope["method"], scope["path"], scope["request_id"])
            if exchange.started:
                raise
            problem = Problem(500, "internal-error", "the service failed; its log tells more")
            await document(request, problem)(scope, receive, exchange.send)
        finally:
            self._requests[(_method(scope), str(exchange.status))] += 1


class KnownHosts:
    """Refuses whatever is addressed by a name that is not ours, before anything else looks at it (docs/security.md)."""

    def __init__(
        self,
        app: ASGIApp,
        knows_host: Callable[[HTTPConnection], bool],
        requests: Counter[tuple[str, str]],
    ) -> None:
        self._app = app
        self._knows_host = knows_host
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        connection = HTTPConnection(scope) if scope["type"] in ("http", "websocket") else None
        if connection is None or self._knows_host(connection):
            await self._app(scope, receive, send)
            return
        error = WrongHostError()
        scope["request_id"] = _request_id(connection)
        headers = {"X-Request-ID": scope["request_id"]}
        problem = Problem(error.status_code, error.kind, error.detail, headers=headers)
        if scope["type"] == "http":
            self._requests[(_method(scope), str(error.status_code))] += 1
        await document(connection, problem)(scope, receive, send)


def _answering_refusals(scope: Scope, receive: Receive, send: Send) -> Send:
    """A ``send`` that answers a WebSocket of an unknown path with 404; the framework would have it answered with 403."""
    begun = False

    async def answering(message: Message) -> None:
        nonlocal begun
        if message["type"] == "websocket.close" and not begun:
            problem = Problem(404, "not-found", "Not Found")
            await document(HTTPConnection(scope), problem)(scope, receive, send)
        else:
            await send(message)
        begun = True

    return answering


class _Exchange:
    """One request and its response as they pass."""

    def __init__(self, request_id: str, receive: Receive, send: Send, largest_body: int) -> None:
        self.started = False
        self.status = 0
        self._id = request_id.encode()
        self._receive = receive
        self._send = send
        self._most = self._left = largest_body

    def check_announced(self, length: str) -> None:
        if length.isdigit() and int(length) > self._most:
            raise _BodyTooLargeError(self._most)

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _BodyTooLargeError(self._most)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = int(message["status"])
            message["headers"] = [*message.get("headers", []), (b"x-request-id", self._id)]
        await self._send(message)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _request_id(request: HTTPConnection) -> str:
    """The caller's id if it gives one that is safe to log, else a random one."""
    given = request.headers.get("x-request-id", "")
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
