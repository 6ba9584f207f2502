"""The command line of the replay exchange."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from companion.replay.app import AppOptions, create_app
from companion.replay.clock import Clock, ManualClock, ScaledClock
from companion.replay.control import iso
from companion.replay.errors import ReplayError
from companion.replay.market import Market, load_market
from companion.replay.schedule import (
    ALIGNMENTS,
    offset_for_history,
    offset_for_start,
    parse_instant,
)
from companion.replay.streams.connection import StreamLimits
from companion.replay.weights import DEFAULT_LIMIT

DEFAULT_PORT = 8095
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted. Returns the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    try:
        listener = _listen(options.host, options.port)
        with listener:
            market, clock = prepare(options)
            _serve(market, clock, options, listener)
    except ReplayError as problem:
        sys.stderr.write(f"replay exchange: {problem}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def prepare(options: argparse.Namespace) -> tuple[Market, Clock]:
    """The market in served time and the clock, from command line options. Raises ReplayError."""
    market = load_market(options.data, options.exchange_info)
    start, has_time = (None, False) if options.start is None else parse_instant(options.start)
    alignment = ALIGNMENTS[options.align or ("5m" if has_time else "1d")]
    if options.clock == "manual":
        if start is None:
            # This clock does not run, so no tape has to lie ahead: all of it can be requested.
            start = market.end - 1
        served = start if options.origin is None else int(options.origin * 1000)
        clock: Clock = ManualClock(served)
    else:
        clock = ScaledClock(options.speed, options.origin)
        served = clock.now()
    if start is None:
        offset = offset_for_history(market, served)
    else:
        offset = offset_for_start(market, served, start, alignment)
    return market.at_offset(offset), clock


def _serve(market: Market, clock: Clock, options: argparse.Namespace, listener: socket.socket) -> None:
    seed = options.seed
    if seed is None:
        seed = market.marker.seed or 0
    app = create_app(
        market,
        clock,
        AppOptions(
            seed=seed,
            list_all=options.list_all,
            weight_limit=options.weight_limit,
            faults=options.faults,
            stream_limits=StreamLimits(options.max_streams, 10, options.connection_hours * 3600.0),
        ),
    )
    config = uvicorn.Config(
        app,
        log_level=options.log_level,
        access_log=False,
        ws="websockets-sansio",
        ws_ping_interval=180.0,
        ws_ping_timeout=600.0,
        timeout_graceful_shutdown=2,
    )
    # From here on connections wait for the server instead of being refused.
    listener.listen(1024)
    _announce(market, clock, listener)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def _announce(market: Market, clock: Clock, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    now = clock.now()
    speed = f"{clock.speed:g}x" if clock.speed else "clock moved by hand"
    sys.stdout.write(
        f"Replay exchange on http://{host}:{port} ({market.marker.kind} market, "
        f"{len(market.coins)} coins, {speed}): {iso(now)} shows {iso(now - market.offset)}, "
        f"tape ends {iso(market.end)}\n"
    )
    sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises ReplayError for an address that is not this machine's or is in use."""
    if host not in _LOOPBACK:
        raise ReplayError(f"--host {host}: only this machine's own addresses {_LOOPBACK} are served")
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    # The protocol is explicit: asyncio sets TCP_NODELAY only on connections of such sockets.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            raise ReplayError(f"port {port} on {host} is already in use") from problem
        raise ReplayError(f"cannot listen on {host}:{port} ({problem.strerror})") from problem
    return listener


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not greater than 0")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port (0 to 65535)")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m companion.replay",
        description="Serve a Freqtrade data folder as a Binance USDM futures exchange on this machine.",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder that holds futures/ (or binance/futures/)")
    add("--start", help="recorded date or time shown at the start, e.g. 2025-08-01T12:00 (UTC)")
    add(
        "--align",
        choices=tuple(ALIGNMENTS),
        help="the offset between recorded and served time is a multiple of this "
        "(default: 1d; 5m when --start has a time of day)",
    )
    add("--speed", type=_positive, default=1.0, help="served seconds per real second (default 1)")
    add("--origin", type=float, help="Unix seconds at which served and real time agree (default now)")
    add(
        "--clock",
        choices=("scaled", "manual"),
        default="scaled",
        help="manual: stands still, moved over /replay/clock; without --start at the tape's end",
    )
    add("--host", default="127.0.0.1", help="address to listen on; loopback only")
    add("--port", type=_port, default=DEFAULT_PORT, help=f"default {DEFAULT_PORT}; 0 for any free one")
    add("--exchange-info", type=Path, help="recorded exchangeInfo answer (.json or .json.gz)")
    add("--seed", type=int, help="seed of everything that is drawn (default: the folder's, else 0)")
    add(
        "--list-all",
        action="store_true",
        help="exchangeInfo names every coin of the folder as trading, whatever the time (for backtests)",
    )
    add("--weight-limit", type=int, default=DEFAULT_LIMIT, help="request weight a minute (default 2400)")
    add("--max-streams", type=int, default=1024, help="streams a WebSocket connection may have")
    add("--connection-hours", type=float, default=24.0, help="life of a connection, 0 for no end")
    add("--faults", action="store_true", help="let faults be asked for over /replay/faults")
    add("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    return parser
