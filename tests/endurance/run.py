"""Kill and restart, again and again: the loop, its lines and its table."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from companion.ground import processes
from companion.ground.layout import STRATEGIES
from tests.endurance import checks, restart_checks
from tests.endurance.bot_process import EnduranceError
from tests.endurance.plan import Kill, kills
from tests.endurance.snapshot import Snapshot, take
from tests.endurance.watched_bot import WatchedBot

SPEED = 90.0
_START_SECONDS, _MOMENT_SECONDS = 120.0, 4.0
_FEW_POSITIONS = 6
_EXITS = ("exit decided", "exit executed")
_NOTHING = Snapshot({}, [], {}, {}, {}, [])


@dataclass
class KillReport:
    """What one kill, and the start before it, has shown."""

    number: int
    planned: str
    killed: str
    moment: str
    ready_seconds: float = 0.0
    loops: int = 0
    positions: int = 0
    waiting: int = 0
    restored: int = 0
    compared: int = 0
    closed: int = 0
    locks: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """One line for people."""
        verdict = "ok" if not self.findings else f"{len(self.findings)} FINDINGS"
        return (
            f"{self.number:3d}  {self.killed:36s} {self.ready_seconds:5.1f} s {self.loops:4d} loops "
            f"{self.positions:3d} open {self.waiting:2d} waiting {self.closed:3d} closed {self.locks:3d} locks "
            f"{self.restored:3d} restored {self.compared:3d} compared  {verdict}"
        )


@dataclass
class Result:
    """The whole run."""

    seed: int
    speed: float
    seconds: float
    served_hours: float
    kills: list[KillReport]
    exits: dict[str, int]
    reductions: dict[str, int]
    trades: int
    moments: dict[str, int]
    log_errors: dict[str, int]

    @property
    def findings(self) -> list[str]:
        """Everything that did not hold."""
        return [f"kill {report.number}: {text}" for report in self.kills for text in report.findings]


class Endurance:
    """One run in `folder`; `say` takes each line."""

    def __init__(
        self,
        folder: Path,
        count: int,
        seed: int,
        say: Callable[[str], None],
        speed: float = SPEED,
        sources: Path = STRATEGIES,
        *,
        frozen: bool = True,
    ) -> None:
        self._bot = WatchedBot(folder, speed, sources, frozen)
        self._count, self._seed, self._say = count, seed, say
        self._chance = random.Random(seed + 1)
        self._pairs: tuple[str, ...] = ()
        self._before = _NOTHING
        self._known: set[str] = set()
        self._levels: dict[int, float] = {}

    def run(self) -> Result:
        """Kill `count` times; after the last kill the bot is started once more and judged likewise."""
        begun = time.monotonic()
        with processes.ending_with_us() as children, ExitStack() as stack:
            exchange, market = self._bot.exchange()
            children.add(lambda: exchange)
            self._pairs = market.pairs
            self._bot.configure(self._pairs)
            reports = []
            template = self._bot.prepare()
            stack.callback(template.stop)
            template.wait_until_ready()
            last = Kill(self._count + 1, None, loops=2)
            for kill in (*kills(self._count, self._seed), last):
                exchange.require_alive()
                reports.append(self._one(kill))
                self._say(reports[-1].line)
                for finding in reports[-1].findings:
                    self._say(f"       {finding}")
        return self._result(reports, time.monotonic() - begun)

    def _one(self, kill: Kill) -> KillReport:
        bot, started = self._bot, time.monotonic()
        bot.start(kill.order)
        try:
            ready = self._live(kill, started)
        finally:
            bot.kill()
        died = bot.told("killed")
        snapshot = take(bot.database, bot.account, bot.folder / "left" / f"{kill.number:03d}")
        compared, memory = restart_checks.memory_was_stored(bot.events, snapshot)
        report = KillReport(
            kill.number,
            kill.text,
            kill.text if died or kill.moment is None else f"any time, no {kill.moment}",
            died[0]["moment"] if died else "any time",
            ready,
            len(bot.told("loop ends")),
            sum(snapshot.is_position(trade) for trade in snapshot.trades),
            sum(bool(order["ft_is_open"]) for order in snapshot.orders),
            len(bot.told("restored")),
            compared,
            sum(not trade["is_open"] for trade in snapshot.trades.values()),
            len(snapshot.locks),
        )
        found = [
            *memory,
            *restart_checks.restored(self._before, bot.events),
            *restart_checks.stops(bot.events, self._levels),
            *restart_checks.closes_are_known(self._before, bot.events, snapshot),
            *restart_checks.failures(bot.events),
            *checks.survived(self._before, snapshot),
            *checks.left_behind(snapshot),
        ]
        # What stays wrong is reported once.
        report.findings = [text for text in found if text not in self._known]
        self._known.update(found)
        self._before = snapshot
        self._levels = restart_checks.last_levels(bot.events)
        return report

    def _live(self, kill: Kill, started: float) -> float:
        """Let the bot live until its moment; return the seconds until its first loop had ended."""
        bot = self._bot
        if kill.moment is None and not kill.loops:
            bot.wait(lambda: False, kill.seconds)
            return 0.0
        if not bot.wait(lambda: bool(bot.told("loop ends")), _START_SECONDS):
            raise EnduranceError(f"the bot has ended no loop in {_START_SECONDS:g} s; log: {bot.log}")
        ready = time.monotonic() - started
        self._enter_by_hand()
        if kill.moment in _EXITS:
            self._leave_by_hand(kill.count)
        if kill.moment is not None:
            bot.wait(lambda: False, _MOMENT_SECONDS)
        else:
            bot.wait(lambda: len(bot.told("loop ends")) >= kill.loops, _START_SECONDS)
            bot.wait(lambda: False, kill.seconds)
        return ready

    def _enter_by_hand(self) -> None:
        """Force entries where there are few positions: a market without signals shows nothing."""
        ends = self._bot.told("loop ends")
        if not ends or self._bot.is_over():
            return
        taken = {position["pair"] for position in ends[-1]["positions"]}
        free = [pair for pair in self._pairs if pair not in taken]
        for pair in self._chance.sample(free, max(0, min(3, _FEW_POSITIONS - len(taken)))):
            side = self._chance.choice(("long", "short"))
            kind = self._chance.choice(("limit", "market"))
            self._bot.ask("forceenter", {"pair": pair, "side": side, "ordertype": kind})

    def _leave_by_hand(self, count: int) -> None:
        """Force exits, for a kill that waits for them."""
        for position in self._bot.told("loop begins")[-1]["positions"][:count]:
            self._bot.ask("forceexit", {"tradeid": str(position), "ordertype": "market"})

    def _result(self, reports: list[KillReport], seconds: float) -> Result:
        last = self._before
        tags = Counter(
            str(order["ft_order_tag"]) for trade in last.trades for order in last.filled(trade, entry=False)
        )
        return Result(
            self._seed,
            self._bot.speed,
            seconds,
            seconds * self._bot.speed / 3600.0,
            reports,
            {tag: count for tag, count in tags.items() if tag not in checks.ONCE},
            {tag: count for tag, count in tags.items() if tag in checks.ONCE},
            len(last.trades),
            dict(
                Counter(
                    report.killed.split(",")[0].split(" (")[0] if "time" in report.killed else "any time"
                    for report in reports
                )
            ),
            _errors(self._bot.log),
        )


def _errors(log: Path) -> dict[str, int]:
    """Texts of the project's errors and warnings in the log, without numbers."""
    texts: Counter[str] = Counter()
    for file in sorted(log.parent.glob(f"{log.name}*")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            parts = line.split(" - ", 3)
            if len(parts) == 4 and parts[2] in ("ERROR", "CRITICAL"):
                texts[f"{parts[1]}: {parts[3][:100]}"] += 1
    return dict(texts)


def write(result: Result, path: Path) -> None:
    """Write the result as JSON."""
    content = {**asdict(result), "findings": result.findings}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def table(result: Result) -> list[str]:
    """Lines that sum the run up."""
    return [
        f"{len(result.kills) - 1} kills, seed {result.seed}, {result.seconds:.0f} s: {result.served_hours:.1f} h of market",
        f"trades {result.trades}; exits {result.exits}; reductions {result.reductions}",
        f"killed at {result.moments}",
        f"states restored {sum(report.restored for report in result.kills)}",
        f"states compared with memory {sum(report.compared for report in result.kills)}",
        f"errors in the log {result.log_errors}",
        f"findings {len(result.findings)}",
        *result.findings,
    ]
