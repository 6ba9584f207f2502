"""How often the report calls an edge what is none, and misses one that is there, over many driftless markets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from joblib import Parallel, delayed

from hhq.evidence.report import report_of
from hhq.evidence.verdict import Verdict
from tests.honesty.driftless import SETTINGS, material_of_seed, planted

EDGE_PCT = 0.25


@dataclass(frozen=True)
class Market:
    """Verdicts on one driftless market: as it is, with costs of nothing, and with planted edges; net means in %."""

    seed: int
    trades: int
    net_pct: float
    as_it_is: Verdict
    edge_of_the_costs: Verdict
    edge: Verdict


@dataclass(frozen=True)
class Shares:
    """Shares of the markets in which an edge was shown: false ones, and the planted one net of all costs."""

    markets: int
    null: float
    of_the_costs: float
    found: float

    def text(self) -> str:
        """For people."""
        return (
            f"{self.markets} driftless markets: edge shown in {self.null:.1%}; with a gross edge of the size of the "
            f"costs in {self.of_the_costs:.1%}; a net edge of {EDGE_PCT} % a trade missed in {1.0 - self.found:.1%}"
        )


def judged(folder: Path, seeds: range, processes: int = 2) -> list[Market]:
    """Judge the markets of these seeds."""
    found: list[Market] = Parallel(n_jobs=processes)(delayed(judged_market)(folder, seed) for seed in seeds)
    return found


def judged_market(folder: Path, seed: int) -> Market:
    """Judge one market, with what it would earn if its decisions knew something."""
    material = material_of_seed(folder, seed)
    trades = material.accepted
    costs = float((trades.fees_pct + trades.spread_pct)[trades.filled].mean())
    shown = [
        report_of({"driftless": planted(material, edge)}, SETTINGS, 1)
        for edge in (0.0, costs, costs + EDGE_PCT)
    ]
    net = shown[0].pooled.account.equal.net
    return Market(seed, net.count, net.mean, *(report.judgement.verdict for report in shown))


def shares(markets: list[Market]) -> Shares:
    """Return in what share of the markets an edge was shown."""
    counted = [
        sum(getattr(market, name) is Verdict.EDGE_SHOWN for market in markets) / len(markets)
        for name in ("as_it_is", "edge_of_the_costs", "edge")
    ]
    return Shares(len(markets), *counted)
