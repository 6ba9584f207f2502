"""The evidence as text: the verdict first, then every table with its counts and intervals."""

from __future__ import annotations

from collections.abc import Iterator

from companion.commands.explanation.table import Column, table
from companion.evidence import sections as parts
from hhq.evidence.layers import HOURS
from hhq.evidence.report import Report


def sections(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of every section; % are of the entry's notional, means a trade."""
    yield f"VERDICT: {report.judgement.verdict.value}", _indented(report.judgement.reasons)
    yield "Looked at", _indented(parts.looks(report))
    yield "Accounts, one position a coin", _accounts(report)
    title = f"Layers: daily rank correlation of points with the move after {HOURS} h (t)"
    yield title, _lines(parts.layers(report))
    for each in parts.shown_sets(report):
        for found in parts.tables(each):
            yield f"{each.name}: {found.title}", _lines(found)


def _accounts(report: Report) -> list[str]:
    lines: list[str] = []
    for each in parts.accounts(report):
        lines += ["", f"  {each.name}: {each.facts}", *_lines(each.earned), *_lines(each.costs)]
    return lines[1:]


def _lines(found: parts.Table) -> list[str]:
    columns = [Column(heading.title, right=heading.number) for heading in found.headings]
    return table(columns, found.rows)


def _indented(lines: list[str] | tuple[str, ...]) -> list[str]:
    return [f"  {line}" for line in lines]
