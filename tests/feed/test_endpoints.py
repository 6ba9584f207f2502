"""The feed over a real server and real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from companion.feed.endpoints import feed_router
from companion.feed.hub import FeedHub
from companion.service.server import tell_no_traces_of_clients
from companion.settings.feed import FeedSettings
from tests.feed.mirror import Mirror

SUBSCRIBE = '{"op": "subscribe", "channels": ["opportunities"]}'


@dataclass
class Served:
    """A hub on a port; what is published goes through the server's own loop."""

    hub: FeedHub
    port: int
    loop: asyncio.AbstractEventLoop

    def publish(self, price: float) -> None:
        def work() -> None:
            self.hub.opportunities.publish({"BTCUSDT": (price, None)})
            self.hub.wake()

        self.loop.call_soon_threadsafe(work)

    def address(self, path: str, token: str = "good") -> str:
        return f"ws://127.0.0.1:{self.port}{path}?token={token}"


SECONDS = {"good": 3600.0, "soon over": 0.2}


async def _authenticate(websocket: WebSocket) -> float:
    seconds = SECONDS.get(websocket.query_params.get("token", ""))
    if seconds is None:
        raise HTTPException(401, "not allowed")
    return seconds


@pytest.fixture
def served() -> Iterator[Served]:
    hub = FeedHub(FeedSettings(most_clients=2), ("price", "side"), ("size",))
    app = FastAPI()
    app.include_router(feed_router(hub, _authenticate))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", ws="websockets-sansio", lifespan="off")
        )
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve([listener])))
        thread.start()
        try:
            yield Served(hub, listener.getsockname()[1], loop)
        finally:
            server.should_exit = True
            thread.join(20)
            loop.close()


def test_a_client_is_kept_up_to_date_over_the_wire(served: Served) -> None:
    async def work() -> None:
        mirror = Mirror()
        async with asyncio.timeout(20), connect(served.address("/ws/feed")) as client:
            assert json.loads(await client.recv())["type"] == "welcome"
            await client.send(SUBSCRIBE)
            mirror.take(str(await client.recv()))
            served.publish(2.0)
            mirror.take(str(await client.recv()))
            assert mirror.table("opportunities") == {"BTCUSDT": [2.0, None]}

    asyncio.run(work())


@pytest.mark.parametrize("path", ["/ws/feed", "/ws/scanner", "/ws/ui"])
def test_nobody_gets_a_connection_without_being_allowed(served: Served, path: str) -> None:
    async def work() -> int:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(served.address(path, "wrong")):
                pass
        return refused.value.response.status_code

    assert asyncio.run(work()) == 401
    assert served.hub.counts.clients == 0


async def listen(client: ClientConnection) -> None:
    while True:
        await client.recv()


@pytest.mark.parametrize("path", ["/ws/feed", "/ws/scanner", "/ws/ui"])
def test_a_connection_ends_with_the_credential_that_opened_it(served: Served, path: str) -> None:
    async def work() -> tuple[int, str]:
        async with asyncio.timeout(20), connect(served.address(path, "soon%20over")) as client:
            with pytest.raises(ConnectionClosed) as closed:
                await listen(client)
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    assert asyncio.run(work()) == (1008, "the credential has expired")


def test_more_clients_than_the_settings_allow_are_refused_and_the_others_stay(served: Served) -> None:
    async def work() -> None:
        async with asyncio.timeout(20), connect(served.address("/ws/feed")) as first:
            async with connect(served.address("/ws/ui")) as second:
                await first.recv()
                await second.recv()
                with pytest.raises((InvalidStatus, ConnectionClosed)):
                    async with connect(served.address("/ws/feed")) as third:
                        await third.recv()
            await first.send('{"op": "ping"}')
            assert json.loads(await first.recv()) == {"type": "pong"}

    asyncio.run(work())


def test_a_binary_frame_is_answered_with_an_error_and_the_connection_goes_on(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        async with asyncio.timeout(20), connect(served.address("/ws/feed")) as client:
            await client.recv()
            await client.send(b"\x00\xff")
            assert json.loads(await client.recv()) == {"type": "error", "detail": "a text frame is wanted"}
            await client.send('{"op": "ping"}')
            assert json.loads(await client.recv()) == {"type": "pong"}

    asyncio.run(work())
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x02hi",  # not masked
        b"\x83\x80abcd",  # an opcode that is reserved
        b"\x81\x82\x00\x00\x00\x00\xff\xff",  # no UTF-8
        b"\xc1\x80abcd",  # a bit of an extension that was not agreed upon
    ],
)
def test_a_frame_that_breaks_the_protocol_ends_the_connection_without_a_trace(
    served: Served, frame: bytes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = (
        f"GET /ws/feed?token=good HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [tell_no_traces_of_clients])
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as client:
        client.sendall(request.encode())
        assert b"101" in client.recv(4096)
        client.sendall(frame)
        while client.recv(4096):
            pass
    assert not [record for record in caplog.records if record.exc_info], caplog.text


def test_existing_clients_get_their_first_messages(served: Served) -> None:
    async def work(path: str) -> str:
        async with asyncio.timeout(20), connect(served.address(path)) as client:
            return str(json.loads(await client.recv())["type"])

    assert asyncio.run(work("/ws/scanner")) == "scanner_update"
    assert asyncio.run(work("/ws/ui")) == "INITIAL_STATE"
