"""`companion demo`: the replay exchange and a dry-run bot, until Ctrl-C."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion import processes, replay_process
from companion.candles import load_funding, load_panel
from companion.commands.command import Command
from companion.data_folder import DataFolder, embedded_folder, open_folder, utc
from companion.demo import bot
from companion.demo.bot_log import LogFollower, says_running, shown
from companion.demo.credentials import Credentials, load_or_create
from companion.errors import CompanionError, UsageError
from companion.layout import LOCALHOST, RUN, USER_DATA
from companion.ports import require_free

MOST_PAIRS = 64
FASTEST = 300.0
_FIRST = ("BTC/USDT:USDT", "ETH/USDT:USDT")
_READY_SECONDS, _DEADLINE_SECONDS = 35.0, 150.0
_DWELL_SECONDS = 6.0
_FINE_SPEED = 20.0
_RUNNING_TIMEOUT = 180.0
_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Opening:
    """`start` is the recorded instant that is shown at `origin` (Unix seconds); pairs that should enter."""

    origin: float
    start: datetime
    align: str
    expected: tuple[str, ...]


def run(options: argparse.Namespace) -> int:
    """Run the demonstration. Exit status 0 after Ctrl-C, 1 when a process ended by itself."""
    _check(options)
    folder = _market(options)
    credentials, is_new = load_or_create(options.run_folder / "credentials.json")
    print(f"Looking for a moment on the tape with a signal ({len(folder.pairs)} coins) …", flush=True)
    opening = _opening(folder, options.speed)
    pairs = choose_whitelist(folder.pairs, opening.expected)
    plan = bot.BotPlan(
        options.run_folder,
        options.api_port,
        options.replay_port,
        pairs,
        credentials,
        options.speed,
        opening.origin,
        options.keep,
    )
    try:
        with processes.ending_with_us() as children:
            exchange = children.add(lambda: _start_exchange(folder, opening, plan))
            replay_process.wait_until_ready(exchange, plan.replay_port)
            children.add(lambda: bot.start(plan))
            _say_where(plan, folder, credentials, is_new)
            _follow(children, plan)
    except processes.StopRequested:
        print("Ended: all processes are gone.", flush=True)
    return 0


def _check(options: argparse.Namespace) -> None:
    if not 1.0 <= options.speed <= FASTEST:
        raise UsageError(f"SPEED {options.speed:g} is not from 1 to {FASTEST:g}")
    if options.api_port == options.replay_port:
        raise UsageError(f"port {options.api_port} can not serve both the bot's API and the replay exchange")
    require_free(options.replay_port, "the replay exchange", "REPLAY_PORT= (--replay-port)")
    require_free(options.api_port, "the bot's API", "API_PORT= (--api-port)")


def _market(options: argparse.Namespace) -> DataFolder:
    if options.data is not None:
        return open_folder(options.data)
    print("No DATA given: a market generated for demonstration is used, not a real one.", flush=True)
    return embedded_folder(options.coins, parent=options.run_folder)


def _opening(folder: DataFolder, speed: float) -> Opening:
    """Where to begin: at a signal whose entry price is reached soon. Raises CompanionError without any."""
    # Only now: they load the compiled core, which wrong input need not wait for.
    from companion.demo.fills import TapeFills
    from companion.demo.signals import Candles, CoreDecision
    from companion.demo.start import ALIGNMENTS, Span, candidate_columns, choose_start
    from companion.pair_rules import load_pair_rules
    from hhq_freqtrade.settings_files import settings_of_config

    panel = load_panel(folder)
    tape = Candles(panel, load_funding(folder, panel), load_pair_rules(folder, panel.symbols).coins)
    decide = CoreDecision(settings_of_config({"user_data_dir": str(USER_DATA)}))
    info = folder.exchange_info(folder.span()[1])
    fills = TapeFills(folder.path, info, int(_DWELL_SECONDS * speed * 1000))
    columns = candidate_columns(tape, decide)
    # The clock begins after all that can take long.
    origin = time.time()
    span = Span(
        ready=int((origin + _READY_SECONDS * speed) * 1000),
        deadline=int((origin + _DEADLINE_SECONDS * speed) * 1000),
    )
    # The exchange reads its clock a few seconds after `origin`: at speed, many candles later.
    alignments = [name for name in ALIGNMENTS if speed <= _FINE_SPEED or name != "5m"]
    start = choose_start(tape, columns, decide, fills, span, alignments)
    if start is None:
        raise CompanionError(f"{folder.path}: no candle gives a signal at this time of day; try other DATA")
    expected = tuple(signal.pair for signal in start.entries)
    return Opening(origin, utc(int(origin * 1000) - start.offset), start.alignment, expected)


def choose_whitelist(pairs: Sequence[str], expected: Sequence[str]) -> tuple[str, ...]:
    """At most 64 pairs: BTC and ETH, then those with a signal at the start, then the others."""
    known = set(pairs)
    ordered = dict.fromkeys(pair for pair in (*_FIRST, *expected, *pairs) if pair in known)
    return tuple(ordered)[:MOST_PAIRS]


def _start_exchange(folder: DataFolder, opening: Opening, plan: bot.BotPlan) -> processes.Child:
    return replay_process.start(
        replay_process.ReplayOptions(
            folder.path,
            plan.replay_port,
            opening.start,
            plan.speed,
            plan.origin,
            folder.exchange_info(folder.span()[1]),
            opening.align,
        ),
        plan.run_folder / "logs" / "replay.log",
    )


def _say_where(plan: bot.BotPlan, folder: DataFolder, credentials: Credentials, is_new: bool) -> None:
    origin = "generated, not a real market" if folder.generated else "recorded candles"
    print(f"Market         {folder.path} ({origin}), {plan.speed:g}x, {len(plan.pairs)} coins for the bot")
    print(f"Replay exchange http://{LOCALHOST}:{plan.replay_port}/replay/status")
    print(f"Freqtrade API   http://{LOCALHOST}:{plan.api_port}/api/v1/ping (reference: /docs)")
    if is_new:
        print(f"API login       {credentials.username} / {credentials.password} (shown once)")
    print(f"API login in    {plan.run_folder / 'credentials.json'}")
    print(f"Logs            {plan.log.parent}", flush=True)


def _follow(children: processes.Children, plan: bot.BotPlan) -> None:
    """Print what happens until a stop is requested. Raises ChildDiedError, or CompanionError at no start."""
    follower = LogFollower(plan.log)
    begun, is_running = time.monotonic(), False
    while True:
        for line in follower.read():
            if not is_running and says_running(line):
                is_running = True
                seconds = time.monotonic() - begun
                print(f"The bot is RUNNING after {seconds:.0f} s. Ctrl-C ends everything.", flush=True)
            told = shown(line)
            if told is not None:
                print(told, flush=True)
        children.require_alive()
        if not is_running and time.monotonic() - begun > _RUNNING_TIMEOUT:
            raise CompanionError(f"the bot did not start within {_RUNNING_TIMEOUT:g} s; log: {plan.log}")
        time.sleep(_POLL_SECONDS)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="Freqtrade data folder (default: a generated market)")
    add("--speed", type=float, default=1.0, help="1 (real time, the default) or faster, up to 300")
    add("--coins", type=int, default=MOST_PAIRS, help="coins of the generated market (default 64)")
    add("--api-port", type=int, default=8080, help="port of the bot's API (default 8080)")
    add("--replay-port", type=int, default=8095, help="port of the replay exchange (default 8095)")
    add("--keep", action="store_true", help="keep the trades of the last run")
    add("--run-folder", type=Path, default=RUN, metavar="DIR", help="where logs and databases go")


DEMO = Command("demo", "a dry-run bot on a local replay exchange, until Ctrl-C", _add_options, run)
