"""Rows of the opportunities channel: the decision of the last candle, alongside what has moved since."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat

import numpy as np

from companion.feed.pieces import Pieces
from companion.ground.plain import Json, Row
from companion.market.memory import MarketMemory
from companion.scanner.columns import NAMES, numbers
from companion.scanner.latest_scan import LiveView, Scan
from hhq.arrays import BoolArray, FloatArray
from hhq.gates import Gate

DECIDED = tuple(name for name in NAMES if name not in ("symbol", "points"))
"""Columns of the decision; layer points are requested coin by coin, or come with the signal."""
_LIVE = {
    "last_price": "price",
    "mark_price": "mark_price",
    "spread_now": "spread_pct",
    "imbalance_now": "imbalance",
    "basis_now": "basis_pct",
    "funding_next": "funding_rate",
    "distance_pct": "distance_pct",
    "score_now": "score",
}
COLUMNS = (*DECIDED, *_LIVE, "gate_now", "stale")
"""Columns of the channel; those that end in ``now`` are what the book has said since the close, not the decision."""
_CANDIDATES_A_PIECE = 32
_DECIMALS = 5
_GATES = tuple(gate.name for gate in Gate)
_PRICES = ("price", "mark_price")


def fresh_now(scan: Scan, market: MarketMemory) -> BoolArray:
    """Which coins of the scan were fresh at the close and still are, bool (coins,): no dead stream has a fresh coin."""
    return scan.fresh & np.array([market.is_heard(row) for row in range(len(scan.pairs))], dtype=np.bool_)


def opportunity_rows(scan: Scan, live: LiveView | None, fresh: BoolArray) -> Mapping[str, Row]:
    """One row per coin, by symbol, in the order of :data:`COLUMNS`; ``fresh`` bool (coins,): see :func:`fresh_now`."""
    decided = {name: scan.columns[name] for name in DECIDED} | {"fresh": tuple(fresh.tolist())}
    columns: list[tuple[object, ...]] = list(decided.values())
    count = len(scan.columns)
    # A view made before the universe grew does not cover its rows.
    if live is None or live.price.size != count or live.bar != scan.bar:
        nothing = tuple(repeat(None, count))
        columns += [nothing] * (len(_LIVE) + 2)
    else:
        columns += [_column(name, getattr(live, name)) for name in _LIVE.values()]
        columns += [tuple(_GATES[code] for code in live.gate.tolist()), tuple(live.stale.tolist())]
    rows = zip(*columns, strict=True)
    return dict(zip(scan.columns["symbol"], rows, strict=True))  # type: ignore[arg-type]  # columns hold plain values


def _column(name: str, values: FloatArray) -> tuple[float | None, ...]:
    # Most of what is sent would be digits that nobody reads.
    return numbers(values if name in _PRICES else np.round(values, _DECIMALS))


def candidate_entries(scan: Scan, published: set[tuple[str, int]]) -> Pieces[list[dict[str, Json]]]:
    """Signals of this scan that are not yet in ``published`` (pair and bar): accepted, or rejected and by which gate."""
    entries: list[dict[str, Json]] = []
    for place, coin in enumerate(scan.columns.sided(), 1):
        if place % _CANDIDATES_A_PIECE == 0:
            yield
        if (coin.pair, scan.bar) in published:
            continue
        published.add((coin.pair, scan.bar))
        entries.append(
            {
                "time": scan.close_ms,
                "pair": coin.pair,
                "symbol": coin.symbol,
                "side": coin.side,
                "accepted": coin.gate == Gate.SCORE_PASS.name,
                "gate": coin.gate,
                "score": coin.score,
                "raw": coin.raw,
                "minimum": coin.minimum,
                "leverage": coin.leverage,
                "entry_price": coin.entry_price,
                "stop_price": coin.stop_price,
                "target_price": coin.target_price,
                "points": coin.points,
                "digest": coin.digest,
            }
        )
    return entries
