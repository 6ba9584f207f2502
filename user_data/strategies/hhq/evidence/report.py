"""The report on one or more data sets: each on its own and all of them pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hhq.evidence.candidates import Candidates
from hhq.evidence.corrections import corrected
from hhq.evidence.equity import Equity, equity_of
from hhq.evidence.groups import KNOWN_AFTERWARDS
from hhq.evidence.interval import Mean
from hhq.evidence.layers import LayerEvidence, layer_evidence
from hhq.evidence.material import Material
from hhq.evidence.tables import (
    Account,
    Comparison,
    Earned,
    account_of,
    groups_of,
    limit_orders,
    minimum_scores,
    placebos,
    refusals,
)
from hhq.evidence.verdict import Judgement, judge
from hhq.settings import HHQSettings


@dataclass(frozen=True, slots=True)
class SetReport:
    """All tables of one set, or of all sets together."""

    name: str
    account: Account
    equity: Equity
    groups: Mapping[str, tuple[Earned, ...]]
    minimum_scores: tuple[Earned, ...]
    refusals: tuple[Comparison, ...]
    placebos: tuple[Comparison, ...]
    limit_orders: tuple[tuple[str, Mean], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One row among all that were looked at, which is above 0 net: its p value as it is, and corrected for the looks."""

    name: str
    net: Mean
    p: float
    corrected: float


@dataclass(frozen=True, slots=True)
class Report:
    """``looks``: how many rows known beforehand were looked at; ``best``: those whose p value is the smallest."""

    sets: tuple[SetReport, ...]
    pooled: SetReport
    layers: tuple[LayerEvidence, ...]
    looks: int
    best: tuple[Look, ...]
    judgement: Judgement


BEST = 5


def report_of(sets: Mapping[str, Material], settings: HHQSettings, tried: int = 1) -> Report:
    """Return the report on one or more sets by their names (else ValueError); ``tried`` as in judge()."""
    if not sets:
        raise ValueError("a report needs at least one data set")
    pooled = Material.of_sets(list(sets.values()))
    single = tuple(_set_report(name, material, settings) for name, material in sets.items())
    both = _set_report("all sets" if len(sets) > 1 else next(iter(sets)), pooled, settings)
    every: dict[str, Candidates] = {name: material.every for name, material in sets.items()}
    looks, best = _looks(both)
    judgement = judge(both.account, tuple(each.account for each in single), tried)
    return Report(single, both, layer_evidence(every, pooled.every), looks, best, judgement)


def _set_report(name: str, material: Material, settings: HHQSettings) -> SetReport:
    accepted = material.accepted
    return SetReport(
        name=name,
        account=account_of(accepted, settings.leverage.taker_fee_pct),
        equity=equity_of(accepted),
        groups=groups_of(accepted),
        minimum_scores=minimum_scores(material.every),
        refusals=refusals(material),
        placebos=placebos(material),
        limit_orders=limit_orders(accepted),
    )


def _looks(pooled: SetReport) -> tuple[int, tuple[Look, ...]]:
    rows = [
        (f"{title}: {row.name}", row.net)
        for title, table in pooled.groups.items()
        if title not in KNOWN_AFTERWARDS
        for row in table
    ]
    rows += [(row.name, row.net) for row in pooled.minimum_scores]
    rows = [(name, net) for name, net in rows if net.p_above == net.p_above]
    found = corrected([net.p_above for _, net in rows])
    looks = [
        Look(name, net, net.p_above, float(p))
        for (name, net), p in zip(rows, found, strict=True)
        if net.mean > 0.0
    ]
    return len(rows), tuple(sorted(looks, key=lambda look: look.p)[:BEST])
