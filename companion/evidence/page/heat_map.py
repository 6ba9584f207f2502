"""Layers × sets: how well the points of each layer order what became of the candidates, as coloured cells."""

from __future__ import annotations

import math
from dataclasses import dataclass

from companion.evidence.sections import correlation
from hhq.evidence.layers import LayerEvidence
from hhq.evidence.rank import RankCorrelation
from hhq.evidence.report import Report

STRONGEST = 0.05
"""The rank correlation from which on the colour is the strongest."""
CLEAR_T = 2.0
_DEEPEST = 62


@dataclass(frozen=True, slots=True)
class Cell:
    """A rank correlation: ``value`` and ``t`` as text (``t`` empty where there is none), ``sign`` +1, −1 or 0, ``depth`` of
    the colour in %, and whether |t| is at least :data:`CLEAR_T`.
    """

    value: str
    t: str
    sign: int
    depth: int
    clear: bool


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer: a cell for each set (and all together where there are several), and whether the sets agree."""

    number: int
    name: str
    cells: tuple[Cell, ...]
    agreement: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The layers with data under the names of the sets, and the numbers and names of those without."""

    columns: tuple[str, ...]
    rows: tuple[LayerRow, ...]
    without_order: tuple[str, ...]


def heat_map(report: Report) -> HeatMap:
    """Return the map of a report."""
    several = len(report.sets) > 1
    names = [each.name for each in report.sets] + ["pooled"] * several
    known = [row for row in report.layers if any(found.days for found in (*row.by_set, row.pooled))]
    rows = [
        LayerRow(
            row.number,
            _words(row.name),
            tuple(_cell(found) for found in (*row.by_set, *((row.pooled,) if several else ()))),
            _agreement(row),
        )
        for row in known
    ]
    without = tuple(f"{row.number} {_words(row.name)}" for row in report.layers if row not in known)
    return HeatMap(tuple(names), tuple(rows), without)


def _cell(found: RankCorrelation) -> Cell:
    value, *t = correlation(found)
    if not t:
        return Cell(value, "", 0, 0, clear=False)
    depth = round(min(abs(found.mean) / STRONGEST, 1.0) * _DEEPEST)
    return Cell(
        value.replace("-", "−"),
        t[0].strip("()").replace("-", "−"),
        int(math.copysign(1.0, found.mean)),
        depth,
        clear=abs(found.t) >= CLEAR_T,
    )


def _agreement(row: LayerEvidence) -> str:
    known = sum(not math.isnan(found.mean) for found in row.by_set)
    if known < 2:
        return "one set only" if known else ""
    return "same sign" if row.same_sign else "signs differ"


def _words(name: str) -> str:
    return name.replace("_", " ")
