"""The server and the tasks together: signals end both, the end of the tasks ends the server, an occupied port is named."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from threading import Thread

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from companion.ground.errors import UsageError
from companion.service import request_deadline
from companion.service.server import listener, serve


async def _pong(request: Request) -> PlainTextResponse:
    return PlainTextResponse("pong")


async def _late(request: Request) -> PlainTextResponse:
    await asyncio.sleep(0.3)  # several times the deadline of a request
    return PlainTextResponse("late")


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def _repeat(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await asyncio.sleep(0.2)  # longer than the deadline of a request
        await websocket.send_text(text)


APP = Starlette(
    routes=[
        Route("/ping", _pong),
        Route("/echo", _echo, methods=["POST"]),
        Route("/slow", _late),
        WebSocketRoute("/socket", _repeat),
    ]
)
WHOLE = b"GET /ping HTTP/1.1\r\nHost: here\r\n\r\n"
HALF = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nhalf"


def told(work: Callable[[], object], then: Callable[[str], None]) -> list[str]:
    """Serve; `then` is called from another thread with the address. Returns what happened, in order."""
    events: list[str] = []
    opened = listener("127.0.0.1", 0)

    async def working() -> None:
        events.append("work begins")
        try:
            work()
            await asyncio.Event().wait()
        finally:
            events.append("work ends")

    thread = Thread(target=then, args=(f"http://127.0.0.1:{opened.getsockname()[1]}",))
    thread.start()
    began = time.monotonic()
    try:
        asyncio.run(asyncio.wait_for(serve(APP, [opened], working), 30))
    finally:
        opened.close()
        thread.join(20)
    events.append("ended" if time.monotonic() - began < 10 else "ended late")
    return events


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_server_and_tasks_within_seconds(number: signal.Signals) -> None:
    def ask_and_end(url: str) -> None:
        assert httpx.get(f"{url}/ping", timeout=20).text == "pong"
        os.kill(os.getpid(), number)

    assert told(lambda: None, ask_and_end) == ["work begins", "work ends", "ended"]


def test_tasks_that_break_end_the_server_with_their_error() -> None:
    def breaks() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        told(breaks, lambda url: None)


def test_answers_on_a_kept_alive_connection_are_sent_at_once() -> None:
    async def accepted() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.set_result(
                writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            )
            writer.close()

        opened = listener("127.0.0.1", 0)
        async with await asyncio.start_server(connected, sock=opened):
            _, writer = await asyncio.open_connection(*opened.getsockname())
            nodelay = await asyncio.wait_for(found, 20)
            writer.close()
        return nodelay

    assert asyncio.run(accepted()) == 1


@pytest.mark.parametrize(
    "sent",
    [
        [b""],
        [b"GET /ping HTTP/1.1\r\nHost: here\r\n"],
        [HALF],
        [WHOLE, b"GET /ping HT"],
        [WHOLE, HALF],
        [WHOLE + HALF],
    ],
    ids=[
        "nothing",
        "half of the headers",
        "half of the body",
        "half the headers of a second request",
        "half the body of a second request",
        "two requests in one piece, half the body of the second",
    ],
)
def test_a_connection_that_never_finishes_its_request_is_closed(
    sent: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 0.2)
    closed: list[bool] = []

    def ask_by_halves(url: str) -> None:
        port = int(url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as half:
            for piece in sent[:-1]:
                half.sendall(piece)
                assert half.recv(4096).startswith(b"HTTP/1.1 200")
            half.sendall(sent[-1])
            while half.recv(4096):
                pass
            closed.append(True)
        assert httpx.get(f"{url}/ping", timeout=20).text == "pong"
        os.kill(os.getpid(), signal.SIGTERM)

    assert told(lambda: None, ask_by_halves)[-1] == "ended"
    assert closed == [True]


def test_a_websocket_outlives_the_deadline_of_the_request_that_began_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 0.1)
    answers: list[str | bytes] = []

    def talk(url: str) -> None:
        with connect(f"{url.replace('http', 'ws')}/socket", proxy=None) as opened:
            # Each answer takes longer than the deadline.
            for text in ("once", "twice"):
                opened.send(text)
                answers.append(opened.recv(timeout=20))
        os.kill(os.getpid(), signal.SIGTERM)

    assert told(lambda: None, talk)[-1] == "ended"
    assert answers == ["once", "twice"]


def test_a_request_that_takes_longer_than_the_deadline_to_answer_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 0.05)
    answers: list[str] = []

    def ask_slowly(url: str) -> None:
        answers.append(httpx.get(f"{url}/slow", timeout=20).text)
        os.kill(os.getpid(), signal.SIGTERM)

    assert told(lambda: None, ask_slowly)[-1] == "ended"
    assert answers == ["late"]


def test_an_occupied_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=rf"server\.port = {port}.*in use"):
            listener("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(UsageError, match=r"server\.host = '192\.0\.2\.1'"):
        listener("192.0.2.1", 0)
