"""Each criterion with what it rests on, and the summary for people."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.day.locks import false_locks
from tests.day.positions import history_differences, open_differences
from tests.day.run import Ending
from tests.day.trend import after, handle_counts, handle_findings, memory_findings, slope
from tests.endurance.snapshot import Snapshot

_LINE = re.compile(r"^\S+ \S+ - (?P<logger>\S+) - (?P<level>ERROR|CRITICAL) - (?P<text>.*)$")
_NUMBERS = re.compile(r"[\d.:]+")
_DEFECTS = ("CALLBACK_FAILED", "DIGEST_MISMATCH", "SCANNER_COIN_FAILED", "POSITION_STATE")
_FEWEST_LOOPS = 10


@dataclass(frozen=True)
class Criterion:
    """What was to hold, the figures, and what speaks against it."""

    name: str
    figures: str
    findings: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.findings

    @property
    def line(self) -> str:
        """One line for people."""
        return f"{'held' if self.holds else 'FAILED':6s}  {self.name}: {self.figures}"


def criteria(ending: Ending) -> list[Criterion]:
    """Judge the whole run."""
    judges: tuple[Callable[[Ending], Criterion], ...] = (
        _positions,
        lambda ended: _memory(ended, "bot"),
        lambda ended: _memory(ended, "companion"),
        lambda ended: _handles(ended, "bot"),
        lambda ended: _handles(ended, "companion"),
        _locks,
        _digests,
        _settings,
        _faults,
        _disk,
        _database,
        _errors,
        _pace,
    )
    return [judge(ending) for judge in judges]


def _positions(ending: Ending) -> Criterion:
    snapshot = ending.snapshot
    closed = sum(not trade["is_open"] for trade in snapshot.trades.values())
    found = (
        *ending.findings,
        *sorted(ending.lasting.found),
        *sorted(open_differences(snapshot, ending.shown)),
        *history_differences(snapshot, ending.history),
    )
    return Criterion(
        "no lost and no invented position",
        f"{len(snapshot.trades)} trades, {closed} of them closed, {len(ending.history)} in the companion's history, "
        f"{len(ending.shown)} shown open; longest difference {ending.lasting.longest / 60.0:.0f} min",
        found,
    )


def _memory(ending: Ending, name: str) -> Criterion:
    plan, series = ending.plan, ending.measured.samples[name]
    found = after(series, plan.warm_up_hours)
    line = slope(found)
    middle = slope(found[len(found) // 2 :])
    figures = (
        f"{line.mb_an_hour:+.3f} ± {line.within:.3f} MB a simulated hour ({line.mb_an_hour * plan.speed:+.1f} a real "
        f"one) from {plan.warm_up_hours:g} h on; second half of that {middle.mb_an_hour:+.3f} ± {middle.within:.3f}; "
        f"{series[0].resident_mb:.0f} MB at first, {line.begins_mb:.0f} after the warm-up, {line.ends_mb:.0f} at the end"
    )
    return Criterion(f"memory of the {name}", figures, tuple(memory_findings(f"the {name}", found)))


def _handles(ending: Ending, name: str) -> Criterion:
    found = after(ending.measured.samples[name], ending.plan.warm_up_hours)
    counts = handle_counts(found)
    figures = ", ".join(f"{kind} {a:g} -> {b:g} (most {most})" for kind, (a, b, most) in counts.items())
    return Criterion(f"handles of the {name}", figures, tuple(handle_findings(f"the {name}", found)))


def _locks(ending: Ending) -> Criterion:
    kinds = Counter(
        _NUMBERS.sub("N", lock["reason"] or "none").strip() for lock in ending.snapshot.locks.values()
    )
    figures = "; ".join(f"{count} × {reason}" for reason, count in kinds.most_common()) or "none was set"
    return Criterion("0 false locks", figures, tuple(false_locks(ending.snapshot, ending.measured.equity)))


def _digests(ending: Ending) -> Criterion:
    figures = ending.measured.metrics
    wrong = figures.get('hhq_digest_mismatches_total{bot="bot"}')
    compared = figures.get('hhq_digests_compared_total{bot="bot"}', 0.0)
    skipped = {
        name.split('reason="')[1].rstrip('"}'): int(value)
        for name, value in figures.items()
        if name.startswith("hhq_digests_not_comparable_total")
    }
    against = [] if wrong == 0 else [f"hhq_digest_mismatches_total is {wrong}"]
    if compared == 0:
        against.append("no digest was compared")
    return Criterion(
        "0 digest mismatches", f"{compared:.0f} compared, not comparable {skipped}", tuple(against)
    )


def _settings(ending: Ending) -> Criterion:
    tuning, events = ending.tuning, ending.events
    made, refused = sum(tuning.made.values()), sum(tuning.refused.values())
    against = [f"not taken by the bot within ten minutes: {text}" for text in tuning.not_taken]
    against += [f"refused: {text}" for text in tuning.unexpected]
    if made == 0:
        against.append("none was made")
    return Criterion(
        "settings changes",
        f"{made} made ({', '.join(f'{name} {count}' for name, count in tuning.made.items())}), {tuning.taken} taken by "
        f"the bot, the slowest after {tuning.longest_seconds / 60.0:.1f} min; {refused} refused while the disk was full "
        f"or the database gone ({'; '.join(sorted(tuning.refusals)) or 'none'}); {'; '.join(events.told)}",
        tuple(against),
    )


def _faults(ending: Ending) -> Criterion:
    events, figures = ending.events, ending.measured.metrics
    count = sum(events.faults.values())
    wanted = 0.8 * ending.hours * 60.0 / ending.plan.fault_minutes
    against = [] if count >= wanted else [f"{count} faults are fewer than {wanted:.0f}"]
    told = ", ".join(f"{name} {number}" for name, number in events.faults.items())
    struck = ", ".join(f"{name} {number}" for name, number in events.struck.items() if number)
    fresh = ending.measured.fresh
    return Criterion(
        "stream faults",
        f"{count} ordered ({told}), struck {struck}; {figures['hhq_stream_reconnects_total']:.0f} reconnects, "
        f"{figures['hhq_scans_total']:.0f} scans, {100.0 * sum(fresh) / max(len(fresh), 1):.0f} % of the coins decidable",
        tuple(against),
    )


def _disk(ending: Ending) -> Criterion:
    events = ending.events
    against = []
    if not events.disk_refused:
        against.append("the bot did not say that its disk is full")
    if not events.disk_recovered:
        against.append("the bot did not say that everything can be stored again")
    return Criterion("one full disk", "entries refused, then allowed again", tuple(against))


def _database(ending: Ending) -> Criterion:
    events = ending.events
    against = []
    if not events.database_missed:
        against.append("/ready did not name the database")
    if events.scans_without_database <= 0:
        against.append("nothing was scanned without the database")
    if not events.database_back:
        against.append("the database, or the lease, was not there after the copy was put back")
    figures = f"{events.scans_without_database:.0f} scans without it, active again with the copy"
    return Criterion("one database loss", figures, tuple(against))


def _errors(ending: Ending) -> Criterion:
    figures = ending.measured.metrics
    counts = errors_of(ending.log) + errors_of(ending.service_log)
    against = [text for text in counts if any(defect in text for defect in _DEFECTS)]
    against += [
        f"{name} is {figures[name]:.0f}"
        for name in figures
        if name.startswith(("hhq_scan_failures", "hhq_http_failures")) and figures[name]
    ]
    failed = {
        name.split('task="')[1].rstrip('"}'): int(value)
        for name, value in figures.items()
        if name.startswith("hhq_task_failures_total") and value
    }
    told = "; ".join(f"{count} × {text}" for text, count in counts.most_common(8))
    return Criterion(
        "no defect in the logs",
        f"errors: {told or 'none'}; failures of tasks {failed}",
        tuple(against),
    )


def _pace(ending: Ending) -> Criterion:
    loops, load = ending.measured.loops, ending.measured.load
    fewest = min(loops, default=0)
    against = () if fewest >= _FEWEST_LOOPS else (f"a candle had {fewest} loops of the bot",)
    return Criterion(
        "the bot looks often enough",
        f"loops in a candle {fewest} to {max(loops, default=0)}; {ending.hours:.1f} h simulated at {ending.plan.speed:g} "
        f"times real time with {ending.plan.coins} coins in {ending.seconds / 60.0:.1f} min; load average "
        f"{sum(load) / max(len(load), 1):.1f}; the page's feed: {ending.feed.messages} messages, "
        f"{ending.feed.connections} connections (ended: {dict(ending.feed.ends)})",
        against,
    )


def errors_of(log: Path) -> Counter[str]:
    """Errors in a log and in its older parts, without their numbers."""
    return Counter(_error_lines(sorted(log.parent.glob(f"{log.name}*"))))


def _error_lines(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if (match := _LINE.match(line)) is not None:
                yield f"{match['logger']}: {_NUMBERS.sub('N', match['text'])[:110]}"


def summary(ending: Ending, judged: Sequence[Criterion]) -> list[str]:
    """Lines that sum the run up."""
    failed = sum(not criterion.holds for criterion in judged)
    lines = [criterion.line for criterion in judged]
    lines += [f"        {text}" for criterion in judged for text in criterion.findings]
    return [*lines, f"{len(judged) - failed} of {len(judged)} criteria held"]


def write(ending: Ending, judged: Sequence[Criterion], path: Path) -> None:
    """Write everything that was measured as JSON."""
    content = {
        "plan": asdict(ending.plan),
        "seconds": ending.seconds,
        "hours": ending.hours,
        "criteria": [{**asdict(criterion), "holds": criterion.holds} for criterion in judged],
        "samples": {
            name: [asdict(sample) for sample in series] for name, series in ending.measured.samples.items()
        },
        "metrics": ending.measured.metrics,
        "loops": ending.measured.loops,
        "trades": _trades(ending.snapshot),
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _trades(snapshot: Snapshot) -> dict[str, int]:
    reasons = Counter(str(trade["exit_reason"]) for trade in snapshot.trades.values())
    return dict(reasons)
