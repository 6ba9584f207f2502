#!/usr/bin/env bash
# uvicorn and asyncio: who binds the socket decides whether an answer takes 0.3 or 44 ms.
#
# asyncio switches Nagle's algorithm off (TCP_NODELAY) for its TCP connections, and one would expect every connection of
# a uvicorn server to have it. asyncio does so only where the socket says that its protocol is TCP, and a socket made in
# the usual way, `socket.socket(AF_INET, SOCK_STREAM)`, says 0. uvicorn makes it that way in `Config.bind_socket`, which
# is used with several workers, with reload, and by programs that bind first to know the port; accepted connections
# inherit the 0. The same server started with host and port has TCP_NODELAY on each connection; with uvloop both have
# it. Without it a small message that follows another one (a body in two parts, one WebSocket frame after another) waits
# until the first is acknowledged: on Linux an answer in two parts takes 44 ms instead of 0.3. It costs latency that is
# there in production (workers) and not on the developer's machine (one process). Instead: pass `socket.socket(…,
# proto=socket.IPPROTO_TCP)`, or use uvloop.
#
# Seen with uvicorn 0.54.0, uvloop 0.22.1, Python 3.11 on Linux, 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check uvicorn==0.54.0 uvloop==0.22.1 h11==0.16.0
cat > expect.py <<'PY'
import sys

changed = []


def expect(what, seen, written):
    print(f"{what}: {seen}")
    if seen != written:
        changed.append(f"CHANGED: {what}: {written!r} when this was written, {seen!r} now")


def finish():
    print(*(changed or ["as it was when this was written"]), sep="\n")
    sys.exit(1 if changed else 0)
PY
cat > program.py <<'PY'
import http.client
import platform
import socket
import statistics
import sys
import threading
import time
from importlib.metadata import version

import uvicorn
from expect import expect, finish
from uvicorn.protocols.http.h11_impl import H11Protocol

print("uvicorn", version("uvicorn"), "uvloop", version("uvloop"), "Python", platform.python_version())
seen = []


class Protocol(H11Protocol):
    def connection_made(self, transport):
        seen.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)
        super().connection_made(transport)


async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"1", "more_body": True})
    await send({"type": "http.response.body", "body": b"2"})


def no_delay(loop, sockets):
    """Whether an accepted connection has TCP_NODELAY, and whether a usual answer takes over 20 ms."""
    config = uvicorn.Config(application, port=0, http=Protocol, loop=loop, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    bound = sockets(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": bound})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = (bound or server.servers[0].sockets)[0].getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    for _ in range(40):
        begun = time.perf_counter()
        connection.request("GET", "/")
        connection.getresponse().read()
        taken.append(time.perf_counter() - begun)
    connection.close()
    server.should_exit = True
    thread.join()
    median = statistics.median(taken)
    print(f"  {1000 * median:.1f} ms")
    return seen.pop(), median > 0.02


def named_as_tcp(config):
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.bind(("127.0.0.1", 0))
    return [made]


# How long an acknowledgement is held back is Linux's own affair.
slow = sys.platform == "linux"
print("TCP_NODELAY, over 20 ms")
expect("asyncio, host and port", no_delay("asyncio", lambda config: None), (True, False))
expect("asyncio, Config.bind_socket", no_delay("asyncio", lambda config: [config.bind_socket()]), (False, slow))
expect("asyncio, a socket that is named as TCP", no_delay("asyncio", named_as_tcp), (True, False))
expect("uvloop, Config.bind_socket", no_delay("uvloop", lambda config: [config.bind_socket()]), (True, False))
finish()
PY
venv/bin/python program.py
