"""The answer about one coin: its decision explained, and what has moved since then."""

from __future__ import annotations

from dataclasses import dataclass

from companion.scanner.columns import CoinView
from companion.scanner.explained import row_of
from companion.scanner.latest_scan import LiveView, Scan
from hhq.digest import settings_digest
from hhq.explain.tree import Explanation
from hhq.gates import Gate


@dataclass(frozen=True, slots=True)
class LiveCoin:
    """What has moved since the close; ``score`` and ``gate`` are what the book would give now, not the decision."""

    time_ms: int
    price: float
    mark_price: float
    spread_pct: float
    imbalance: float
    basis_pct: float
    funding_rate: float
    distance_pct: float
    score: float
    gate: Gate
    stale: bool


@dataclass(frozen=True, slots=True)
class CoinAnswer:
    """``decision`` in one line, ``explanation`` of every step of it, ``live`` null before the first live view.

    ``settings_digest``: of the settings of the decision; the strategy's version ends with the same digest.
    """

    pair: str
    symbol: str
    decision: CoinView
    live: LiveCoin | None
    explanation: Explanation
    close_ms: int
    published_ms: int
    settings_digest: str


def coin_answer(scan: Scan, live: LiveView | None, pair: str, explanation: Explanation) -> CoinAnswer:
    """The answer about a coin of the scan."""
    row = row_of(scan, pair)
    if row is None:
        raise KeyError(pair)
    decision = scan.columns.coin(row)
    return CoinAnswer(
        pair=pair,
        symbol=decision.symbol,
        decision=decision,
        live=_live(live, row) if live is not None and row < live.price.size else None,
        explanation=explanation,
        close_ms=scan.close_ms,
        published_ms=scan.published_ms,
        settings_digest=settings_digest(scan.settings),
    )


def _live(view: LiveView, row: int) -> LiveCoin:
    return LiveCoin(
        time_ms=view.time_ms,
        price=float(view.price[row]),
        mark_price=float(view.mark_price[row]),
        spread_pct=float(view.spread_pct[row]),
        imbalance=float(view.imbalance[row]),
        basis_pct=float(view.basis_pct[row]),
        funding_rate=float(view.funding_rate[row]),
        distance_pct=float(view.distance_pct[row]),
        score=float(view.score[row]),
        gate=Gate(int(view.gate[row])),
        stale=bool(view.stale[row]),
    )
