"""One uvicorn server and the supervised tasks in one event loop, until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from companion.ground.errors import UsageError
from companion.ground.filled_pool import filled_pool
from companion.service.request_deadline import DeadlineProtocol

logger = logging.getLogger("companion.service")

_GRACE_SECONDS = 2
_BACKLOG = 256
_THREADS = 2
"""Of the loop's work that blocks: files, explanations, the preparation of a backfill; all wait for the disk or are short."""


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens on the address. Raises UsageError naming the setting if the address cannot be bound.

    Its protocol is given explicitly: only then does asyncio send small answers at once (TCP_NODELAY). Otherwise every
    answer on a kept-alive connection would wait 40 ms for the client's delayed acknowledgement.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with contextlib.ExitStack() as failed:
            made = failed.enter_context(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP))
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind((host, port))
            made.listen(_BACKLOG)
            failed.pop_all()
        return made
    except OSError as problem:
        raise UsageError(
            f"server.host = {host!r}, server.port = {port}: cannot listen there ({problem.strerror}); "
            f"end the program that has the port or choose another one"
        ) from problem


def tell_no_traces_of_clients(record: logging.LogRecord) -> bool:
    """Keep uvicorn's traceback for a client's broken text out of the log: it is the client's error; one line says it."""
    if "received from client" in record.getMessage():
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


class _Server(uvicorn.Server):
    """A server that leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def serve(app: ASGIApp, sockets: list[socket.socket], work: Callable[[], Awaitable[None]]) -> None:
    """Serve `app` and run `work` alongside; after SIGINT or SIGTERM end both, the server first."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http=DeadlineProtocol,
        ws="websockets-sansio",
        # The feed is encoded once for all clients; compression would have to be done for each of them.
        ws_per_message_deflate=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    logging.getLogger("uvicorn.error").addFilter(tell_no_traces_of_clients)
    server = _Server(config)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(filled_pool(_THREADS, "work"))

    def end(number: signal.Signals) -> None:
        logger.info("%s: ending", number.name)
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end, number)
    working = asyncio.ensure_future(work())
    working.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        await server.serve(sockets)
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
