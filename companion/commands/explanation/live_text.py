"""What a bot really did as text: what was looked at, the means with their intervals, the match, the drift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from companion.commands.explanation.table import Column, table
from companion.evidence.live import SortedTrades
from companion.evidence.live_report import LiveReport, Matched
from companion.evidence.sections import INTERVAL, number
from hhq.evidence.interval import Mean
from hhq.evidence.live import LiveSummary
from hhq.evidence.tables import Earned

_MEANS = (
    Column(""),
    Column("trades", right=True),
    Column("days", right=True),
    Column("mean", right=True),
    Column(INTERVAL),
)
_EARNED = (
    Column(""),
    Column("trades", right=True),
    Column("gross %", right=True),
    Column(INTERVAL),
    Column("net %", right=True),
    Column(INTERVAL),
)


def sections(report: LiveReport) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of every section; % are of the entry's notional, means a trade."""
    measured = report.measured
    lines = [f"  {measured.trades} closed trades were entered with the newest settings"]
    yield f"DRIFT: {measured.drift.text}", lines
    yield "Looked at", [f"  {line}" for line in _looked(report.sorted, report.booked.differing)]
    yield "What the bot did", table(_MEANS, list(_means(report.summary)))
    yield "By close reason", _earned(report.summary.reasons)
    if report.matched is not None:
        yield from _matched(report.matched, len(report.sorted.closed))


def _looked(found: SortedTrades, differing: int) -> Iterator[str]:
    yield f"{len(found.closed)} closed trades of the bot's own signals, {len(found.still_open)} still open"
    yield (
        f"left out: {found.forced} that a user asked for, {found.without_record} without a record (another strategy's), "
        f"{found.never_filled} whose entry was never filled"
    )
    if differing:
        yield f"CHECK: {differing} trades come to another net result than Freqtrade booked: do not trust the numbers"


def _means(summary: LiveSummary) -> Iterator[tuple[str, ...]]:
    rows = (
        ("gross, %", summary.gross),
        ("fees as charged, %", summary.fees),
        ("funding received, %", summary.funding),
        ("net, %", summary.net),
        ("entry worse than the signal's price, %", summary.slippage),
        ("entry worse than its limit, %", summary.beyond_limit),
        ("from the signal to the fill, s", summary.wait_seconds),
    )
    for name, mean in rows:
        yield name, f"{mean.count:,}", f"{mean.days}", *number(mean)


def _matched(found: Matched, closed: int) -> Iterator[tuple[str, list[str]]]:
    match = found.match
    title = f"The same signals under the exit engine, settings {found.settings_digest}"
    notes = []
    if found.same_settings < closed:
        notes.append(f"  {closed - found.same_settings} of {closed} trades were entered with other settings")
    yield (
        title,
        [
            *notes,
            *_earned((match.live, match.engine)),
            *_differences(match.gross_difference, match.net_difference),
        ],
    )
    yield "The bot's trades by what the engine made of their signals", _earned(match.fates)
    yield "Signals that the engine filled and the bot did not have", _earned((match.missed,))


def _differences(gross: Mean, net: Mean) -> list[str]:
    rows = [
        (f"the bot less the engine, {name}", f"{mean.count:,}", f"{mean.days}", *number(mean))
        for name, mean in (("gross %", gross), ("net %", net))
    ]
    return table(_MEANS, rows)


def _earned(rows: Iterable[Earned]) -> list[str]:
    cells = [(row.name, f"{row.gross.count:,}", *number(row.gross), *number(row.net)) for row in rows]
    return table(_EARNED, cells)
