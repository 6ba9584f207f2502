"""The evidence as text: the verdict first, then every table with its counts and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from companion.commands.explanation.table import Column, table
from hhq.evidence.interval import Mean
from hhq.evidence.layers import HOURS, LayerEvidence
from hhq.evidence.rank import RankCorrelation
from hhq.evidence.report import Report, SetReport
from hhq.evidence.tables import Account, Comparison, Earned
from hhq.evidence.verdict import LARGEST_P

TOO_LITTLE = "too little"
_EARNED = (
    Column(""),
    Column("trades", right=True),
    Column("days", right=True),
    Column("gross %", right=True),
    Column("95 % interval"),
    Column("net %", right=True),
    Column("95 % interval"),
)
_COMPARED = (
    Column(""),
    Column("trades", right=True),
    Column("gross %", right=True),
    Column("95 % interval"),
    Column("accepted less these", right=True),
    Column("95 % interval"),
)


def sections(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of every section; % are of the entry's notional, means a trade."""
    yield f"VERDICT: {report.judgement.verdict.value}", [f"  {reason}" for reason in report.judgement.reasons]
    yield "Looked at", _looks(report)
    singles = report.sets if len(report.sets) > 1 else ()
    yield "Accounts, one position a coin", _accounts((*singles, report.pooled))
    yield f"Layers: daily rank correlation of points with the move after {HOURS} h (t)", _layers(report)
    for each in (*singles, report.pooled):
        for title, lines in _tables(each):
            yield f"{each.name}: {title}", lines


def _tables(found: SetReport) -> Iterator[tuple[str, list[str]]]:
    for title, groups in found.groups.items():
        yield f"by {title}", _earned(groups)
    yield "with another minimum score", _earned(found.minimum_scores)
    yield "what each gate refused", _compared(found.refusals)
    yield "against", _compared(found.placebos)
    columns = (
        Column(""),
        Column("signals", right=True),
        Column("move %", right=True),
        Column("95 % interval"),
    )
    rows = [(name, f"{mean.count:,}", *number(mean)) for name, mean in found.limit_orders]
    yield "entry orders: the move in the signal's favour", table(columns, rows)


def number(mean: Mean) -> tuple[str, str]:
    """A mean and its interval as text; what has too few days has no number at all."""
    if not mean.is_enough or math.isnan(mean.low):
        return TOO_LITTLE, ""
    return f"{mean.mean:+.3f}", f"[{mean.low:+.3f}, {mean.high:+.3f}]"


def _earned(rows: Iterable[Earned]) -> list[str]:
    cells = [
        (row.name, f"{row.gross.count:,}", f"{row.gross.days}", *number(row.gross), *number(row.net))
        for row in rows
    ]
    return table(_EARNED, cells)


def _compared(rows: Iterable[Comparison]) -> list[str]:
    cells = [(row.name, f"{row.gross.count:,}", *number(row.gross), *number(row.difference)) for row in rows]
    return table(_COMPARED, cells)


def _accounts(reports: Iterable[SetReport]) -> list[str]:
    lines: list[str] = []
    for each in reports:
        account = each.account
        lines += ["", f"  {each.name}: {_facts(account)}"]
        lines += _earned((account.equal, account.by_notional))
        lines += table(
            (Column(""), Column(right=True), Column()),
            [
                ("net if every order paid the taker fee", *number(account.taker_only)),
                ("fees, spread, funding received", _three(account), ""),
                ("fee a side at which it breaks even / paid", _break_even(account), ""),
            ],
        )
    return lines[1:]


def _facts(account: Account) -> str:
    return (
        f"{account.coins} coins, {account.orders:,} orders, {account.equal.gross.count:,} filled, "
        f"{account.open_at_the_end} still open at the end, {account.hours:.1f} h a trade"
    )


def _three(account: Account) -> str:
    return f"{account.fees_pct:.3f} {account.spread_pct:.3f} {account.funding_pct:+.4f}"


def _break_even(account: Account) -> str:
    earned = f"{account.break_even_side_pct:.3f}" if account.equal.gross.is_enough else TOO_LITTLE
    return f"{earned} / {account.fee_side_pct:.3f}"


def _layers(report: Report) -> list[str]:
    names = [each.name for each in report.sets]
    columns = (
        Column("layer", right=True),
        Column(""),
        *(Column(name, right=True) for name in names),
        Column("pooled", right=True),
        Column("same sign"),
    )
    return table(columns, [_layer(row) for row in report.layers])


def _layer(row: LayerEvidence) -> tuple[str, ...]:
    cells = (_correlation(found) for found in (*row.by_set, row.pooled))
    return f"{row.number}", row.name, *cells, "yes" if row.same_sign else ""


def _correlation(found: RankCorrelation) -> str:
    if math.isnan(found.mean):
        return TOO_LITTLE if found.days else "no data"
    return f"{found.mean:+.3f} ({found.t:+.1f})"


def _looks(report: Report) -> list[str]:
    remaining = [look for look in report.best if look.corrected < LARGEST_P]
    lines = [
        f"  groups and minimum scores that were looked at: {report.looks}",
        f"  above 0 net after the correction for that (Benjamini-Yekutieli): {len(remaining)}",
    ]
    lines += [
        f"  best: {look.name}, net {' '.join(number(look.net))}, p {look.p:.3f}, corrected {look.corrected:.2f}"
        for look in report.best
    ]
    return lines
