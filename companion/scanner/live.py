"""What has moved since the close: prices and books now, and how they would change the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from companion.market.memory import MarketMemory
from companion.scanner.latest_scan import LiveView, Scan
from hhq.arrays import BoolArray, FloatArray, IntArray, round_all
from hhq.contracts import with_contracts
from hhq.decide import Decisions, decide
from hhq.features.catalogue import FROM_RECORDS, Feature, FeatureBlock
from hhq.panel import RecordedRows
from hhq.recording.book import basis_pct, imbalance, spread_pct

_SEALED_ONLY = frozenset({Feature.FUNDING_RATE})
"""Decisions use the funding settled last: the next rate changes nothing until it is settled."""


@dataclass(frozen=True, slots=True)
class LiveValues:
    """Copies of the live values of a scan's coins, float64 (coins,) each, NaN = n/a or too old; ``stale`` bool (coins,).

    ``rows``: coins × 1 as the recorder would seal them now; None without a recorder: then the decision cannot change, but
    the book is still shown.
    """

    price: FloatArray
    mark_price: FloatArray
    funding_rate: FloatArray
    spread_pct: FloatArray
    imbalance: FloatArray
    basis_pct: FloatArray
    stale: BoolArray
    rows: RecordedRows | None

    @classmethod
    def of(
        cls, market: MarketMemory, rows: RecordedRows | None, coins: int, now_ms: int, oldest_ms: int
    ) -> LiveValues:
        """The first ``coins`` rows of the market; a ticker, book or mark price older than ``oldest_ms`` (ms) is n/a."""
        live = market.live

        def recent(values: FloatArray, times: IntArray) -> FloatArray:
            return np.where(now_ms - times[:coins] <= oldest_ms, values[:coins], np.nan)

        def of_the_book(values: FloatArray) -> FloatArray:
            return recent(values, live.book_ms)

        stale = np.zeros(coins, dtype=np.bool_)
        stale[[row for row in market.stale if row < coins]] = True
        marked = recent(live.mark_price, live.mark_ms)
        if rows is None:
            spread = spread_pct(of_the_book(live.bid), of_the_book(live.ask))
            leaning = imbalance(of_the_book(live.bid_quantity), of_the_book(live.ask_quantity))
            basis = basis_pct(marked, recent(live.index_price, live.mark_ms))
        else:
            spread, leaning, basis = (
                values[:coins, 0] for values in (rows.spread_pct, rows.imbalance, rows.basis_pct)
            )
        return cls(
            price=recent(live.last_price, live.ticker_ms),
            mark_price=marked,
            funding_rate=recent(live.funding_rate, live.mark_ms),
            spread_pct=spread,
            imbalance=leaning,
            basis_pct=basis,
            stale=stale,
            rows=rows,
        )


def live_view(scan: Scan, now: LiveValues, before: LiveView | None, time_ms: int) -> LiveView | None:
    """The view at ``time_ms``; None if nothing has moved since the view ``before`` of the same candle."""
    decisions = would_be(scan, now)
    values: dict[str, FloatArray | BoolArray] = {
        "price": now.price,
        "mark_price": now.mark_price,
        "spread_pct": now.spread_pct,
        "imbalance": now.imbalance,
        "basis_pct": now.basis_pct,
        "funding_rate": now.funding_rate,
        "distance_pct": _distance_pct(scan, now.price),
        "score": decisions.spread(decisions.signals.score)[:, 0],
        "stale": now.stale,
    }
    gate = decisions.gate[:, 0].copy()
    if before is None or before.bar != scan.bar or before.gate.size != gate.size:
        changed = np.arange(gate.size, dtype=np.int64)
    else:
        changed = np.flatnonzero(_differs(values, before) | (gate != before.gate))
        if not changed.size:
            return None
    number = 1 if before is None else before.number + 1
    return LiveView(number=number, bar=scan.bar, time_ms=time_ms, changed=changed, gate=gate, **values)  # type: ignore[arg-type]  # one name an array


def would_be(scan: Scan, now: LiveValues) -> Decisions:
    """What the decisions would be with the recorded rows as they are now; without a recorder, the scan's own."""
    if now.rows is None:
        return scan.decisions
    values = scan.block.values.copy()
    for feature, name in FROM_RECORDS.items():
        if feature not in _SEALED_ONLY:
            moved = np.where(scan.fresh, getattr(now.rows, name)[: scan.fresh.size, 0], np.nan)
            round_all(moved)
            values[feature, :, 0] = moved
    block = FeatureBlock(scan.block.symbols, scan.block.first_bar, values, scan.block.history)
    decided = decide(block, scan.market.values, scan.coins, scan.settings)
    return with_contracts(decided, scan.coins, scan.settings)


def _distance_pct(scan: Scan, price: FloatArray) -> FloatArray:
    """How far the market still has to move against the side to the entry price, in % of the price."""
    entry = scan.decisions.spread(scan.decisions.signals.entry_price)[:, 0]
    side = scan.decisions.side[:, 0].astype(np.float64)
    distance: FloatArray = side * (price - entry) / price * 100.0
    return distance


def _differs(values: Mapping[str, FloatArray | BoolArray], before: LiveView) -> BoolArray:
    """Coins with any value that differs; NaN equals NaN."""
    result = np.zeros(before.gate.size, dtype=np.bool_)
    for name, now in values.items():
        old = getattr(before, name)
        result |= (now != old) & ~((now != now) & (old != old))  # NaN is what differs from itself
    return result
