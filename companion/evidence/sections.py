"""The report as titled tables of words and numbers, for any page or screen to set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hhq.evidence.interval import Mean
from hhq.evidence.rank import RankCorrelation
from hhq.evidence.report import Report, SetReport
from hhq.evidence.tables import Account, Comparison, Earned
from hhq.evidence.verdict import LARGEST_P

TOO_LITTLE, NOT_AVAILABLE = "too little", "n/a"
INTERVAL = "95 % interval"


@dataclass(frozen=True, slots=True)
class Heading:
    """Title of a column, and whether its cells are numbers, which stand on the right."""

    title: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a ``title`` that says what its rows are; every row has a cell for each heading."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class AccountTables:
    """The account of one set: facts in a line, what was earned, and what it cost (rows without headings)."""

    name: str
    facts: str
    earned: Table
    costs: Table


_EARNED = (
    Heading(""),
    Heading("trades", number=True),
    Heading("days", number=True),
    Heading("gross %", number=True),
    Heading(INTERVAL),
    Heading("net %", number=True),
    Heading(INTERVAL),
)
_COMPARED = (
    Heading(""),
    Heading("trades", number=True),
    Heading("gross %", number=True),
    Heading(INTERVAL),
    Heading("accepted less these", number=True),
    Heading(INTERVAL),
)
_MOVED = (Heading(""), Heading("signals", number=True), Heading("move %", number=True), Heading(INTERVAL))


def shown_sets(report: Report) -> tuple[SetReport, ...]:
    """The sets that stand for themselves, then all together; a single set is not shown twice."""
    return (*(report.sets if len(report.sets) > 1 else ()), report.pooled)


def looks(report: Report) -> list[str]:
    """How many rows were looked at, what is left of the best after the correction, as sentences."""
    remaining = [look for look in report.best if look.corrected < LARGEST_P]
    return [
        f"groups and minimum scores that were looked at: {report.looks}",
        f"above 0 net after the correction for that (Benjamini-Yekutieli): {len(remaining)}",
        *(
            f"best: {look.name}, net {' '.join(number(look.net))}, p {look.p:.3f}, corrected {look.corrected:.2f}"
            for look in report.best
        ),
    ]


def accounts(report: Report) -> Iterator[AccountTables]:
    """The account of every shown set."""
    for each in shown_sets(report):
        account = each.account
        costs = (
            ("net if every order paid the taker fee", *number(account.taker_only)),
            ("fees, spread, funding received", _three(account), ""),
            ("fee a side at which it breaks even / paid", *_break_even(account)),
        )
        yield AccountTables(
            each.name,
            _facts(account),
            _earned("", (account.equal, account.by_notional)),
            Table("", (Heading(), Heading(number=True), Heading()), costs),
        )


def layers(report: Report) -> Table:
    """Each layer's rank correlation in every set and in all."""
    headings = (
        Heading("layer", number=True),
        Heading(""),
        *(Heading(each.name, number=True) for each in report.sets),
        Heading("pooled", number=True),
        Heading("same sign"),
    )
    rows = tuple(
        (
            f"{row.number}",
            row.name,
            *(" ".join(correlation(found)) for found in (*row.by_set, row.pooled)),
            "yes" if row.same_sign else "",
        )
        for row in report.layers
    )
    return Table("", headings, rows)


def tables(found: SetReport) -> Iterator[Table]:
    """Every table of one set."""
    for title, groups in found.groups.items():
        yield _earned(f"by {title}", groups)
    yield _earned("with another minimum score", found.minimum_scores)
    yield _compared("what each gate refused", found.refusals)
    yield _compared("against", found.placebos)
    moves = tuple((name, f"{mean.count:,}", *number(mean)) for name, mean in found.limit_orders)
    yield Table("entry orders: the move in the signal's favour", _MOVED, moves)


def number(mean: Mean) -> tuple[str, str]:
    """A mean and its interval as text; what has too few days has no number at all."""
    if not has_number(mean):
        return TOO_LITTLE, ""
    return f"{mean.mean:+.3f}", f"[{mean.low:+.3f}, {mean.high:+.3f}]"


def has_number(mean: Mean) -> bool:
    """Whether a mean may be shown: it has trades and days enough, and an interval."""
    return mean.has_interval


def correlation(found: RankCorrelation) -> tuple[str, ...]:
    """Mean and t of a daily rank correlation as text; one word where there is none."""
    if math.isnan(found.mean):
        return (TOO_LITTLE if found.days else NOT_AVAILABLE,)
    return f"{found.mean:+.3f}", f"({found.t:+.1f})"


def _earned(title: str, rows: Iterable[Earned]) -> Table:
    cells = (
        (row.name, f"{row.gross.count:,}", f"{row.gross.days}", *number(row.gross), *number(row.net))
        for row in rows
    )
    return Table(title, _EARNED, tuple(cells))


def _compared(title: str, rows: Iterable[Comparison]) -> Table:
    cells = ((row.name, f"{row.gross.count:,}", *number(row.gross), *number(row.difference)) for row in rows)
    return Table(title, _COMPARED, tuple(cells))


def _facts(account: Account) -> str:
    return (
        f"{account.coins} coins, {account.orders:,} orders, {account.equal.gross.count:,} filled, "
        f"{account.open_at_the_end} still open at the end, {account.hours:.1f} h a trade"
    )


def _three(account: Account) -> str:
    return f"{account.fees_pct:.3f} {account.spread_pct:.3f} {account.funding_pct:+.4f}"


def _break_even(account: Account) -> tuple[str, str]:
    paid = f"{account.fee_side_pct:.3f}"
    if not has_number(account.equal.net):
        return f"{TOO_LITTLE} / {paid}", ""
    earned = account.break_even_side_pct
    return f"{earned:.3f} / {paid}", "" if earned > 0.0 else "loses even without fees"
