"""Our feed with 100 clients against sending all coins as JSON to each of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.measure import Result

CLIENTS = 100
_UPDATES = {"feed": 100, "full": 6}
_PATHS = {"feed": "/ws/feed", "full": "/ws/full"}
_SUBSCRIBE = '{"op": "subscribe", "channels": ["opportunities"]}'
_PEER = "json of all coins encoded and sent to each client (Starlette's send_json), 544 coins, 30 columns"


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one update to all clients: CPU of the server in ms, bytes per client."""

    cpu_ms: float
    bytes_a_client: float


def feed_100_clients() -> Result:
    """CPU of the server for one update to 100 clients."""
    ours, theirs = _costs()
    ratio = theirs.cpu_ms / ours.cpu_ms
    peer = f"{_PEER}; CPU of the server an update to {CLIENTS} clients"
    return Result(
        "feed_100_clients", round(ours.cpu_ms, 3), round(theirs.cpu_ms, 3), "ms", round(ratio, 1), 50.0, peer
    )


def feed_bytes() -> Result:
    """Bytes that one client is sent for one update."""
    ours, theirs = _costs()
    ratio = theirs.bytes_a_client / ours.bytes_a_client
    peer = f"{_PEER}; 80 % of the coins changed in 5 columns"
    return Result(
        "feed_bytes",
        round(ours.bytes_a_client),
        round(theirs.bytes_a_client),
        "bytes",
        round(ratio, 1),
        10.0,
        peer,
    )


def _costs() -> tuple[Cost, Cost]:
    with _server() as port:
        return asyncio.run(_measure(port, "feed")), asyncio.run(_measure(port, "full"))


@contextmanager
def _server() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "bench.feed_server"], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield int(line)
    finally:
        process.terminate()
        process.wait(20)


async def _measure(port: int, way: str) -> Cost:
    updates = _UPDATES[way]
    address = f"127.0.0.1:{port}"
    sockets = [await connect(f"ws://{address}{_PATHS[way]}", max_size=None) for _ in range(CLIENTS)]
    if way == "feed":
        for client in sockets:
            await client.send(_SUBSCRIBE)
            for _ in ("welcome", "snapshot"):
                await client.recv()
    readers = [asyncio.create_task(_read(client, updates)) for client in sockets]
    async with httpx.AsyncClient(timeout=120) as http:
        answer = await http.post(f"http://{address}/update/{way}/{updates}")
    received = await asyncio.wait_for(asyncio.gather(*readers), 120)
    for client in sockets:
        await client.close()
    return Cost(answer.json()["cpu_seconds"] / updates * 1e3, sum(received) / CLIENTS / updates)


async def _read(client: ClientConnection, frames: int) -> int:
    size = 0
    for _ in range(frames):
        size += len(await client.recv(decode=False))
    return size
