"""`companion serve`: the service, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from pathlib import Path
from random import Random

from companion.commands.command import Command
from companion.ground.clock import SystemClock
from companion.ground.layout import ROOT
from companion.service import heap, lean
from companion.service.tuned_files import tuned_files
from companion.settings import CompanionSettings
from companion.settings.files import SETTINGS_FILE, load_companion_settings
from companion.venues.binance.one_exchange import binance_alone

_LEVELS = ("debug", "info", "warning", "error")
_FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
_QUIET = ("uvicorn", "httpx", "httpcore", "websockets", "ccxt", "alembic", "asyncio", "numba")


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; exit status 0. Raises UsageError for settings that cannot be used."""
    given = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name) is not None}
    settings = load_companion_settings(options.config, os.environ, {"server": given} if given else None)
    if options.check:
        tuned_files(settings, ROOT).effective()
        print("companion: the settings can be used")
        return 0
    heap.keep_little()
    lean.leave_out()
    # Only now: they load the compiled core and ccxt, and wrong settings need not wait for that.
    with binance_alone():
        import ccxt.pro  # noqa: F401 (as one exchange, before anything imports it as all of them)
    from companion.bot.login import login_of
    from companion.ground.redaction import Redactor, protect_logging

    logins = [login_of(name, os.environ) for name in settings.bots.names]
    secrets = [login.password for login in logins]
    _log(options.log_level)
    protect_logging(Redactor.of_environment(os.environ, secrets))
    _serve(settings)
    return 0


def _serve(settings: CompanionSettings) -> None:
    from companion.service import modules, server
    from companion.service.drafts import remove_left_drafts
    from companion.service.parts import make_service

    socket = server.listener(settings.server.host, settings.server.port)
    try:
        modules.say_packages()
        remove_left_drafts(settings, ROOT)
        service = make_service(settings, os.environ, SystemClock(), ROOT, Random())
        with service.ending:
            # The socket is already listening: whoever connects meanwhile waits a moment for the answer.
            service.prepare()
            host, port = socket.getsockname()[:2]
            _say_where(host, port, service.credentials.file)
            asyncio.run(server.serve(service.app, [socket], service.supervisor.run))
    finally:
        socket.close()
    logging.getLogger("companion.service").info("ended")


def _say_where(host: str, port: int, login: Path | None) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"companion on http://{shown}:{port} (API: /api/v1, feed: /ws/feed)", flush=True)
    if login is not None:
        print(f"login in {login}", flush=True)


def _log(level: str) -> None:
    logging.basicConfig(level=logging.WARNING, format=_FORMAT)
    for name in ("companion", "hhq"):
        logging.getLogger(name).setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--config",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=f"settings; several are laid over each other, later ones win (default: config/{SETTINGS_FILE.name})",
    )
    add("--host", help="address to listen on (server.host)")
    add("--port", type=int, help="port; 0 takes a free one (server.port)")
    add("--log-level", choices=_LEVELS, default="info", help="of the companion's own lines (default: info)")
    add("--check", action="store_true", help="check the settings and end")


SERVE = Command(_add_options, run)
