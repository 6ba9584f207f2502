"""What trades earned and what their costs took, added up day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.evidence.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Equity:
    """Running sums over the days, one value a day, each trade with the same notional: % of the notional of one trade.

    ``days``: every UTC day from the first trade's to the last one's, as YYYY-MM-DD; a trade counts on the day of its signal.
    ``trades``: how many there were by the end of each day. ``net_pct`` = ``gross_pct`` − ``fees_pct`` − ``spread_pct`` +
    ``funding_pct`` (received) on every day, and on the last one the number of trades times their net mean.
    """

    days: tuple[str, ...]
    trades: tuple[int, ...]
    gross_pct: tuple[float, ...]
    fees_pct: tuple[float, ...]
    spread_pct: tuple[float, ...]
    funding_pct: tuple[float, ...]
    net_pct: tuple[float, ...]


def equity_of(accepted: Candidates) -> Equity:
    """Return the running sums of the filled ones among ``accepted``; without trades there are no days."""
    trades = accepted.only(accepted.filled)
    if not trades.count:
        return Equity((), (), (), (), (), (), ())
    first = int(trades.day.min())
    place = trades.day - first
    days = np.arange(first, first + int(place.max()) + 1).astype("datetime64[D]")

    def summed(values: FloatArray) -> tuple[float, ...]:
        return tuple(np.cumsum(np.bincount(place, values)).tolist())

    return Equity(
        days=tuple(np.datetime_as_string(days).tolist()),
        trades=tuple(np.cumsum(np.bincount(place)).tolist()),
        gross_pct=summed(trades.gross_pct),
        fees_pct=summed(trades.fees_pct),
        spread_pct=summed(trades.spread_pct),
        funding_pct=summed(trades.funding_pct),
        net_pct=summed(trades.net_pct),
    )
