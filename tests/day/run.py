"""The day: everything that happens, and everything that is looked at, by simulated time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from companion.ground import processes
from companion.replay.faults.kinds import Fault
from tests.day import parties as day_parties
from tests.day.database import Database
from tests.day.disk import Filler
from tests.day.plan import FAULTS, HOUR, LATE_SECONDS, MINUTE, SILENCE_SECONDS, Every, Plan
from tests.day.positions import LASTING_SECONDS, Lasting, Picture, open_differences, settled
from tests.day.tuning import Tuning
from tests.day.watching import FeedClient, LoopCounter, Measured
from tests.endurance import checks
from tests.endurance.snapshot import Snapshot, look

_TICK_SECONDS, _START_SECONDS = 0.03, 180.0
_CANDLE = 300.0
_SETTLE_SECONDS = 6.0
"""Real time, at the end, for what is still under way."""
_MESSAGE_FAULTS = frozenset({Fault.TRUNCATE, Fault.LATE, Fault.REORDER, Fault.DUPLICATE})


@dataclass
class Events:
    """What was done, and what was seen of it."""

    faults: dict[str, int] = field(default_factory=dict)
    """Ordered, by name."""
    struck: dict[str, int] = field(default_factory=dict)
    """Messages and connections that they met."""
    told: list[str] = field(default_factory=list)
    disk_refused: bool = False
    disk_recovered: bool = False
    database_missed: bool = False
    database_back: bool = False
    scans_without_database: float = 0.0


@dataclass
class Ending:
    """All that the judgement needs."""

    plan: Plan
    seconds: float
    hours: float
    measured: Measured
    events: Events
    tuning: Tuning
    snapshot: Snapshot
    findings: list[str]
    lasting: Lasting
    shown: list[dict[str, Any]]
    history: list[dict[str, Any]]
    feed: FeedClient
    log: Path
    service_log: Path


class Day:
    """One run. ``disk`` is a file system of its own with everything that bot and companion write."""

    def __init__(self, plan: Plan, disk: Path, outside: Path, say: Callable[[str], None]) -> None:
        self._plan, self._disk, self._outside, self._say = plan, disk, outside, say
        self._measured, self._events, self._lasting = Measured(), Events(), Lasting()
        self._filler = Filler(disk)
        self._faults = cycle(FAULTS)
        self._findings: list[str] = []
        self._doubts: set[str] = set()
        self._before: Snapshot | None = None
        self._begun = 0.0
        self._is_disk_full = False
        self._done: set[str] = set()

    def run(self) -> Ending:
        """Let the day go by. Raises ChildDiedError where a process ends."""
        plan, begun = self._plan, time.monotonic()
        with processes.ending_with_us() as children, ExitStack() as stack:
            self._parties = day_parties.start(children, self._disk, self._outside, plan.coins, plan.speed)
            stack.callback(self._parties.close)
            self._database = Database(
                self._parties.service.folder / "companion.sqlite", self._outside / "kept"
            )
            self._tuning = Tuning(self._parties)
            self._loops = LoopCounter(self._parties)
            self._until(lambda: self._parties.ask("GET", "/ready").is_success, "the companion is ready")
            self._tuning.begin()
            self._until(self._tuning.is_applied, "the bot takes the first change of settings")
            self._parties.ask_bot_at_once("status", 8)
            self._begun = self._parties.now()
            feed = FeedClient(self._parties)
            stack.enter_context(feed.reading())
            self._live()
            self._calm()
            time.sleep(_SETTLE_SECONDS)
            return self._ending(feed, time.monotonic() - begun)

    @property
    def _now(self) -> float:
        """Simulated seconds since the run began."""
        return self._parties.now() - self._begun

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        latest = time.monotonic() + _START_SECONDS
        while time.monotonic() < latest:
            self._parties.require_alive()
            with suppress(httpx.HTTPError, FileNotFoundError):
                if holds():
                    return
            time.sleep(0.2)
        raise TimeoutError(f"not within {_START_SECONDS:g} s: {what}; logs: {self._parties.plan.log.parent}")

    def _live(self) -> None:
        plan = self._plan
        works = (
            (Every(MINUTE), self._sample),
            (Every(plan.fault_minutes * MINUTE, MINUTE / 2), self._fault),
            (Every(plan.settings_minutes * MINUTE, 2 * MINUTE), self._change),
            (Every(MINUTE), lambda: self._tuning.look(self._now)),
            (Every(2 * MINUTE), self._look_at_positions),
            (Every(5 * MINUTE), lambda: self._measured.take_figures(self._parties)),
            (Every(HOUR, HOUR), self._tell),
        )
        while self._now < plan.hours * HOUR:
            for every, work in works:
                if every.is_due(self._now):
                    work()
            self._troubles()
            self._count_loops()
            self._parties.require_alive()
            time.sleep(_TICK_SECONDS)

    def _sample(self) -> None:
        self._measured.take_sample(self._parties, self._now / HOUR)

    def _change(self) -> None:
        now, plan = self._now, self._plan
        begins = (plan.full_disk_at, plan.database_lost_at)
        trouble = any(begin <= now < begin + 2.0 * plan.trouble_seconds for begin in begins)
        self._tuning.change(now, trouble=trouble)

    def _fault(self) -> None:
        fault, share = next(self._faults)
        calm = fault not in _MESSAGE_FAULTS
        self._parties.faults("PUT", {} if calm else {fault.value: share, "late_seconds": LATE_SECONDS})
        if calm:
            self._parties.faults("POST", {"fault": fault.value, "share": share, "seconds": SILENCE_SECONDS})
        self._events.faults[fault.value] = self._events.faults.get(fault.value, 0) + 1

    def _calm(self) -> None:
        self._parties.faults("PUT", {})

    # ------------------------------------------------------------------ the disk and the database

    def _troubles(self) -> None:
        plan = self._plan
        disk, copied, lost = plan.full_disk_at, plan.database_copied_at, plan.database_lost_at
        self._once("full", disk, self._fill)
        self._once("room", disk + plan.trouble_seconds, self._free)
        self._once("allowed", disk + 1.6 * plan.trouble_seconds, self._see_disk)
        self._once("copy", copied, self._database.copy)
        self._once("lost", lost, self._lose)
        self._once("seen", lost + 0.9 * plan.trouble_seconds, self._see_loss)
        self._once("back", lost + plan.trouble_seconds, self._put_back)
        self._once("ready", lost + 2.5 * plan.trouble_seconds, self._see_return)

    def _once(self, name: str, due: float, work: Callable[[], None]) -> None:
        if name not in self._done and self._now >= due:
            self._done.add(name)
            work()

    def _fill(self) -> None:
        self._is_disk_full = True
        self._note(f"the disk is filled to its last byte ({self._filler.fill() / 2**20:.0f} MB were free)")

    def _free(self) -> None:
        self._filler.free()
        self._events.disk_refused = self._bot_said("DISK: ") > self._bot_said("DISK: everything")
        self._note("the disk has room again")

    def _see_disk(self) -> None:
        self._is_disk_full = False
        self._lasting.forget()
        self._events.disk_recovered = self._bot_said("DISK: everything can be stored again") > 0

    def _bot_said(self, text: str) -> int:
        """How often Freqtrade has said it, in its log or, on a full disk, in the messages that it keeps in memory."""
        return sum(text in entry[4] for entry in self._parties.ask_bot("logs?limit=10000")["logs"])

    def _lose(self) -> None:
        self._database.lose()
        self._scans = self._measured.metrics.get("hhq_scans_total", 0.0)
        self._note("the companion's database is deleted")

    def _see_loss(self) -> None:
        missing = self._parties.ask("GET", "/ready").json()["missing"]
        self._events.database_missed = any(each["part"] == "database" for each in missing)
        self._measured.take_figures(self._parties)
        self._events.scans_without_database = self._measured.metrics["hhq_scans_total"] - self._scans

    def _put_back(self) -> None:
        self._database.put_back()
        self._note("the copy of the database is back")

    def _see_return(self) -> None:
        missing = [each["part"] for each in self._parties.ask("GET", "/ready").json()["missing"]]
        self._events.database_back = not {"database", "lease"} & set(missing)

    # ------------------------------------------------------------------ looks

    def _look_at_positions(self) -> None:
        now = self._now
        snapshot = look(self._parties.plan.database, self._parties.account)
        if self._before is not None:
            self._findings += list(checks.survived(self._before, snapshot))
        # Between two reads something may be under way: what stands in two looks is found.
        doubts = set(checks.left_behind(snapshot))
        if not self._is_disk_full:
            self._findings += [text for text in sorted(doubts & self._doubts) if text not in self._findings]
            self._lasting.look(now, open_differences(snapshot, self._shown()))
        self._doubts, self._before = doubts, snapshot

    def _pictures(self) -> Iterator[Picture]:
        while True:
            yield Picture(
                look(self._parties.plan.database, self._parties.account), self._shown(), self._history()
            )
            time.sleep(_TICK_SECONDS)

    def _shown(self) -> list[dict[str, Any]]:
        return list(self._parties.ask("GET", "/api/v1/positions").json()["positions"])

    def _history(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        while True:
            page = self._parties.ask("GET", f"/api/v1/trades?limit=1000&offset={len(items)}").json()
            items += page["items"]
            if not page["items"] or len(items) >= page["total"]:
                return items

    def _count_loops(self) -> None:
        """Count through one candle of each hour."""
        within = self._now % HOUR
        if 2 * _CANDLE <= within < 3 * _CANDLE:
            self._loops.look()
        elif (count := self._loops.take()) > 0:
            self._measured.loops.append(count)

    def _tell(self) -> None:
        measured, hours = self._measured, self._now / HOUR
        memory = ", ".join(
            f"{name} {series[-1].resident_mb:.0f} MB" for name, series in measured.samples.items()
        )
        trades = self._before.trades if self._before else {}
        is_open = sum(bool(trade["is_open"]) for trade in trades.values())
        self._say(
            f"{hours:5.1f} h  {memory}, trades {len(trades)} ({is_open} open), settings taken {self._tuning.taken}, "
            f"faults {sum(self._events.faults.values())}, loops in a candle {measured.loops[-1:] or ['?']}, "
            f"load {measured.load[-1] if measured.load else 0:.1f}, findings {len(self._findings)}"
        )

    def _note(self, text: str) -> None:
        self._events.told.append(f"{self._now / HOUR:.2f} h: {text}")
        self._say(f"{self._now / HOUR:5.1f} h  {text}")

    def _ending(self, feed: FeedClient, seconds: float) -> Ending:
        parties = self._parties
        self._measured.take_figures(parties)
        self._events.struck = parties.faults("GET")["counts"]
        self._tuning.look(self._now)
        self._look_at_positions()
        latest = self._now + LASTING_SECONDS
        picture = settled(self._pictures(), lambda: self._now > latest)
        return Ending(
            self._plan,
            seconds,
            self._now / HOUR,
            self._measured,
            self._events,
            self._tuning,
            picture.snapshot,
            self._findings,
            self._lasting,
            picture.shown,
            picture.history,
            feed,
            parties.plan.log,
            parties.service.log,
        )
