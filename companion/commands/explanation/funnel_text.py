"""A funnel as text: the gates with their shares, what was accepted, the distribution of scores."""

from __future__ import annotations

from collections.abc import Iterator

from companion.commands.explanation.table import Column, quantity, table
from hhq.explain.funnel import DECILES, Funnel, Share
from hhq.gates import EXPLANATIONS, Gate

_BAR = 40


def sections(funnel: Funnel) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of every section."""
    yield f"{funnel.candles:,} coin-candles by the gate that they ended at", _gates(funnel)
    yield "Accepted signals by side", _shares(funnel.sides)
    yield f"{funnel.scored:,} scored candidates (past every veto) by regime", _regimes(funnel)
    yield "Scores of the scored candidates", _shares(funnel.histogram)
    yield "Deciles of the scored candidates", _deciles(funnel)


def _gates(funnel: Funnel) -> list[str]:
    columns = (
        Column("gate"),
        Column("candles", right=True),
        Column("share %", right=True),
        Column("meaning"),
    )
    rows = [(*_counted(line), EXPLANATIONS[Gate[line.name]].english) for line in funnel.gates]
    return table(columns, rows)


def _shares(lines: tuple[Share, ...]) -> list[str]:
    columns = (Column(""), Column("count", right=True), Column("share %", right=True), Column(""))
    return table(columns, [(*_counted(line), _bar(line.share_pct)) for line in lines])


def _counted(line: Share) -> tuple[str, str, str]:
    return line.name, f"{line.count:,}", _percent(line.share_pct)


def _bar(share_pct: float) -> str:
    return "" if share_pct != share_pct else "#" * round(share_pct / 100.0 * _BAR)


def _percent(share: float) -> str:
    return "n/a" if share != share else f"{share:.3f}"


def _regimes(funnel: Funnel) -> list[str]:
    columns = (
        Column("regime"),
        Column("scored", right=True),
        Column("accepted", right=True),
        Column("accepted %"),
    )
    rows = [
        (
            line.regime.name.lower().replace("_", " "),
            f"{line.scored:,}",
            f"{line.accepted:,}",
            _percent(line.accepted_pct),
        )
        for line in funnel.regimes
    ]
    return table(columns, rows)


def _deciles(funnel: Funnel) -> list[str]:
    columns = [Column(""), *(Column(f"{decile:.0f} %", right=True) for decile in DECILES), Column("mean")]
    rows = [
        (line.name, *(quantity(round(value, 1)) for value in line.deciles), quantity(round(line.mean, 1)))
        for line in funnel.distributions
    ]
    return table(columns, rows)
