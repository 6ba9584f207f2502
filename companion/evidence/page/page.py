"""The whole page: what is on it and in which order; the look is in `templates`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from companion.evidence import sections
from companion.evidence.document import Question
from companion.evidence.page.equity_plot import NARROW, WIDE, equity_plot
from companion.evidence.page.heat_map import CLEAR_T, STRONGEST, heat_map
from companion.evidence.page.interval_plot import interval_plot, limits_of
from companion.ground.plain import Plain
from hhq.evidence.groups import KNOWN_AFTERWARDS
from hhq.evidence.interval import LEAST_COUNT, LEAST_DAYS
from hhq.evidence.layers import HOURS
from hhq.evidence.report import Report, SetReport
from hhq.evidence.tables import Earned
from hhq.evidence.verdict import Verdict

_TEMPLATES = Path(__file__).parent / "templates"
_MEANS = {
    Verdict.TOO_LITTLE: "There are too few days or trades to say anything.",
    Verdict.EDGE_SHOWN: "After costs the trades earn more than chance would let them, and something in every set.",
    Verdict.NONE_SHOWN: "It is not shown that the trades earn anything after costs.",
    Verdict.LOSES_COSTS: "After costs the trades lose: the whole interval of the net mean lies below 0.",
    Verdict.LOSES: "The trades lose even before costs: the whole interval of the gross mean lies below 0.",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot under its title."""

    title: str
    drawn: Markup


@dataclass(frozen=True, slots=True)
class EquityPlot:
    """The equity of one set in both sizes, and what it ended at: words and % of the notional of one trade."""

    name: str
    wide: Markup
    narrow: Markup
    ends: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SetPlots:
    """What one set earned in every grouping."""

    name: str
    plots: tuple[Plot, ...]


def page(content: dict[str, Plain], question: Question, report: Report) -> str:
    """Return the page as HTML; ``content`` is the document of the same question and report.

    The same input is the same text.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2").render(
        content=content,
        sets=question.sets,
        costs=question.costs,
        report=report,
        meaning=_MEANS[report.judgement.verdict],
        figures=tuple(_figures(report)),
        summary=_summary(report),
        equities=tuple(_equities(report)),
        groupings=tuple(_groupings(report)),
        heat=heat_map(report),
        looks=sections.looks(report),
        accounts=tuple(sections.accounts(report)),
        layers=sections.layers(report),
        tables=tuple((each.name, tuple(sections.tables(each))) for each in sections.shown_sets(report)),
        strongest=STRONGEST,
        clear_t=CLEAR_T,
        hours=HOURS,
        least=(LEAST_COUNT, LEAST_DAYS),
    )


def _figures(report: Report) -> Iterator[tuple[str, str, str]]:
    """The figures behind the verdict: what, how much, and its interval or what it is to be held against."""
    account = report.pooled.account
    gross, net = account.equal.gross, account.equal.net
    yield "net, % a trade", *_signed(*sections.number(net))
    yield "gross, % a trade", *_signed(*sections.number(gross))
    if sections.has_number(net):
        costs = f"fees {account.fees_pct:.3f}, spread {account.spread_pct:.3f}, funding {account.funding_pct:+.3f}"
        yield "costs, % a trade", f"{gross.mean - net.mean:.3f}", costs.replace("-", "−")
        earned = max(account.break_even_side_pct, 0.0)
        least = f"{earned:.3f}" if account.break_even_side_pct > 0.0 else "none"
        yield "break-even fee, % a side", least, f"it pays {account.fee_side_pct:.3f}"
    yield "trades", f"{net.count:,}", f"in {net.days} days, {account.coins} coins"
    known = [
        each.account.equal.net.mean for each in report.sets if sections.has_number(each.account.equal.net)
    ]
    if len(known) > 1:
        yield (
            "sets with net above 0",
            f"{sum(mean > 0.0 for mean in known)} of {len(known)}",
            "an edge needs all",
        )


def _signed(value: str, interval: str) -> tuple[str, str]:
    return value.replace("-", "−"), interval.replace("-", "−")


def _summary(report: Report) -> Markup | None:
    """Gross and net of every shown set, None where no set has a number."""
    rows = [
        Earned(each.name, each.account.equal.gross, each.account.equal.net)
        for each in sections.shown_sets(report)
    ]
    if not any(sections.has_number(row.net) for row in rows):
        return None
    return interval_plot("what a trade earned", rows, limits_of(rows), "summary")


def _equities(report: Report) -> Iterator[EquityPlot]:
    for place, each in enumerate(report.sets):
        equity = each.equity
        if not equity.days:
            continue
        ends = (
            ("gross", equity.gross_pct[-1]),
            ("fees", -equity.fees_pct[-1]),
            ("spread", -equity.spread_pct[-1]),
            ("funding", equity.funding_pct[-1]),
            ("net", equity.net_pct[-1]),
        )
        yield EquityPlot(
            each.name,
            equity_plot(each.name, equity, WIDE, f"equity-{place}"),
            equity_plot(each.name, equity, NARROW, f"equity-narrow-{place}"),
            tuple((name, f"{value:+,.1f}".replace("-", "−")) for name, value in ends),
        )


def _groupings(report: Report) -> Iterator[SetPlots]:
    """All sets together first, then each; one scale for the groupings of a set, another for what is known afterwards."""
    several = report.sets if len(report.sets) > 1 else ()
    for place, each in enumerate((report.pooled, *several)):
        yield SetPlots(each.name, tuple(_plots(each, place)))


def _plots(found: SetReport, place: int) -> Iterator[Plot]:
    before = {title: rows for title, rows in found.groups.items() if title not in KNOWN_AFTERWARDS}
    before["minimum score"] = found.minimum_scores
    after = {title: rows for title, rows in found.groups.items() if title in KNOWN_AFTERWARDS}
    for tables in (before, after):
        limits = limits_of(row for rows in tables.values() for row in rows)
        for title, rows in tables.items():
            if rows:
                key = f"set-{place}-{title.replace(' ', '-')}"
                yield Plot(f"by {title}", interval_plot(f"{found.name} by {title}", rows, limits, key))
