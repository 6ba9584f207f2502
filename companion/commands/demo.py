"""`companion demo`: the replay exchange, a dry-run bot and the companion, until Ctrl-C."""

from __future__ import annotations

import argparse
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from companion.commands.command import Command
from companion.demo import bot, service
from companion.demo.bot_log import LogFollower, says_running, shown
from companion.demo.kept import Opening, keep, kept_opening
from companion.demo.own_process import in_own_process
from companion.demo.pairs import first_pairs
from companion.demo.searching import search_opening
from companion.demo.service_log import shown_of_service
from companion.domain_settings.in_force import read_settings
from companion.ground import leftovers, processes
from companion.ground.errors import CompanionError, UsageError
from companion.ground.layout import LOCALHOST, RUN
from companion.ground.ports import require_free
from companion.offline import replay_process
from companion.offline.data_folder import DataFolder, embedded_folder, open_folder
from companion.security.login_file import Credentials, load_or_create
from hhq_shared.atomic_file import remove_drafts
from hhq_shared.settings_files import SettingsFiles

DEFAULT_COINS = 544
FASTEST = 300.0
_RUNNING_TIMEOUT = 180.0
_POLL_SECONDS = 0.5
_TAPE, _PROCESSES = "tape.json", "processes.json"


def run(options: argparse.Namespace) -> int:
    """Run the demonstration. Exit status 0 after Ctrl-C; raises ChildDiedError if a process ended by itself."""
    _check(options)
    folder = _market(options)
    credentials, is_new = load_or_create(options.run_folder / "credentials.json")
    opening = _opening(options, folder)
    plan = bot.BotPlan(
        options.run_folder.resolve(),
        options.api_port,
        options.replay_port,
        opening.pairs,
        credentials,
        options.speed,
        opening.origin,
    )
    companion = service.ServicePlan(plan, options.companion_port) if _with_companion(options) else None
    exchange = replay_process.ReplayOptions(
        folder.path,
        plan.replay_port,
        opening.start,
        plan.speed,
        plan.origin,
        folder.exchange_info(folder.span()[1]),
        opening.align,
    )
    try:
        with processes.ending_with_us() as children:
            log = plan.run_folder / "logs" / "replay.log"
            running = children.add(lambda: replay_process.start(exchange, log))
            replay_process.wait_until_ready(running, plan.replay_port)
            children.add(lambda: bot.start(plan))
            leftovers.note(plan.run_folder / _PROCESSES, children.running)
            _say_where(plan, companion, folder, credentials if is_new else None)
            _Followed(children, plan, companion).follow()
    except processes.StopRequested:
        print("Ended: all processes are gone.", flush=True)
    return 0


def _opening(options: argparse.Namespace, folder: DataFolder) -> Opening:
    """Where the tape begins: where the last run left off, or else at a moment with a signal, starting from scratch.

    At any speed but 1 the last run's times would belong to other candles.
    """
    state = options.run_folder / bot.STATE_FOLDER
    remove_drafts(state / _TAPE)
    kept = None if options.fresh or options.speed != 1.0 else kept_opening(state / _TAPE, folder)
    if kept is not None:
        print(f"The tape goes on at {kept.start:%Y-%m-%d %H:%M}, with the positions of the last run ", end="")
        print("(FRESH=1 starts from scratch).", flush=True)
        return kept
    first = first_pairs(folder)
    print(f"Looking for a moment on the tape with a signal ({len(first)} coins) …", flush=True)
    opening = in_own_process(search_opening, folder, first, options.speed)
    if state.exists():
        print("Starting from scratch: positions and settings of the last run are removed.", flush=True)
        shutil.rmtree(state)
    if options.speed == 1.0:
        keep(state / _TAPE, folder, opening)
    return opening


def _with_companion(options: argparse.Namespace) -> bool:
    """Whether the companion takes part: its streams need a clock that everybody shares."""
    return bool(options.companion and options.speed == 1.0)


def _check(options: argparse.Namespace) -> None:
    """Raise UsageError for what the demonstration cannot begin with, before it makes or starts anything."""
    read_settings(SettingsFiles(bot.DEMO_SETTINGS))
    if not 1.0 <= options.speed <= FASTEST:
        raise UsageError(f"SPEED {options.speed:g} is not from 1 to {FASTEST:g}")
    ports = {
        options.replay_port: ("the replay exchange", "REPLAY_PORT= (--replay-port)"),
        options.api_port: ("the bot's API", "API_PORT= (--api-port)"),
    }
    wanted = [options.replay_port, options.api_port]
    if _with_companion(options):
        ports[options.companion_port] = ("the companion", "COMPANION_PORT= (--companion-port)")
        wanted.append(options.companion_port)
    if len(ports) < len(wanted):
        raise UsageError(f"the ports {', '.join(map(str, wanted))} must differ from each other")
    leftovers.refuse_beside_leftovers(options.run_folder / _PROCESSES)
    for port, (purpose, option) in ports.items():
        require_free(port, purpose, option)


def _market(options: argparse.Namespace) -> DataFolder:
    if options.data is not None:
        return open_folder(options.data)
    print("No DATA given: a market generated for demonstration is used, not a real one.", flush=True)
    return in_own_process(embedded_folder, options.coins, parent=options.run_folder)


def _say_where(
    plan: bot.BotPlan, companion: service.ServicePlan | None, folder: DataFolder, fresh: Credentials | None
) -> None:
    if companion is not None:
        print(f"Page            http://{LOCALHOST}:{companion.port}/")
    origin = "generated, not a real market" if folder.generated else "recorded candles"
    print(f"Market          {folder.path} ({origin}), {len(folder.pairs)} coins, {plan.speed:g}x")
    print(f"Replay exchange http://{LOCALHOST}:{plan.replay_port}/replay/status")
    print(f"Freqtrade API   http://{LOCALHOST}:{plan.api_port}/api/v1/ping (reference: /docs)")
    if fresh is not None:
        print(f"API login       {fresh.username} / {fresh.password} (shown once)")
    print(f"API login in    {plan.run_folder / 'credentials.json'}")
    if companion is None:
        print("Companion       takes no part: it needs SPEED=1")
    else:
        login, is_new = load_or_create(companion.login)
        print(f"Companion API   http://{LOCALHOST}:{companion.port}/api/v1/opportunities (needs a login)")
        if is_new:
            print(f"Companion login {login.username} / {login.password} (shown once)")
        print(f"Login, token in {companion.login}")
    print(f"Logs            {plan.log.parent}", flush=True)


@dataclass
class _Followed:
    """The running processes, and what is printed of their logs."""

    children: processes.Children
    plan: bot.BotPlan
    companion: service.ServicePlan | None
    _begun: float = field(default_factory=time.monotonic)
    _is_running: bool = False

    def follow(self) -> None:
        """Print what happens until a stop is requested. Raises ChildDiedError; CompanionError if the bot does not start."""
        lines_of_bot = LogFollower(self.plan.log)
        lines_of_companion = None if self.companion is None else LogFollower(self.companion.log)
        while True:
            for line in lines_of_bot.read():
                if not self._is_running and says_running(line):
                    self._bot_is_running()
                _print(shown(line))
            for line in (
                [] if lines_of_companion is None or not self._is_running else lines_of_companion.read()
            ):
                _print(shown_of_service(line))
            self.children.require_alive()
            if not self._is_running and time.monotonic() - self._begun > _RUNNING_TIMEOUT:
                raise CompanionError(
                    f"the bot did not start within {_RUNNING_TIMEOUT:g} s; log: {self.plan.log}"
                )
            time.sleep(_POLL_SECONDS)

    def _bot_is_running(self) -> None:
        """Say so, and start the companion: were both starting at once, the bot would wait for the CPU longest."""
        self._is_running = True
        seconds = time.monotonic() - self._begun
        print(f"The bot is RUNNING after {seconds:.0f} s. Ctrl-C ends everything.", flush=True)
        if self.companion is not None:
            companion = self.companion
            self.children.add(lambda: service.start(companion))
            leftovers.note(self.plan.run_folder / _PROCESSES, self.children.running)


def _print(text: str | None) -> None:
    if text is not None:
        print(text, flush=True)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="Freqtrade data folder (default: a generated market)")
    add("--speed", type=float, default=1.0, help="1 (real time, the default) or faster, up to 300")
    add("--coins", type=int, default=DEFAULT_COINS, help="coins of the generated market (default 544)")
    add("--api-port", type=int, default=8080, help="port of the bot's API (default 8080)")
    add("--replay-port", type=int, default=8095, help="port of the replay exchange (default 8095)")
    add("--companion-port", type=int, default=8090, help="port of the companion (default 8090)")
    add("--no-companion", dest="companion", action="store_false", help="exchange and bot alone")
    add(
        "--fresh",
        action="store_true",
        help="start from scratch: forget positions and settings of the last run",
    )
    add("--run-folder", type=Path, default=RUN, metavar="DIR", help="where logs and databases go")


DEMO = Command(_add_options, run)
