"""The tables of a report on one set: what its trades earned, group by group, and against what."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.evidence.candidates import Candidates, one_at_a_time
from hhq.evidence.groups import GROUPINGS
from hhq.evidence.interval import Mean, mean_by_days, paired_by_days
from hhq.evidence.material import Material
from hhq.evidence.outcomes import HORIZONS
from hhq.gates import VETOES, Gate

MINIMUM_SCORES = (60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0)
REFUSALS = (*VETOES, Gate.SIDE_OFF, Gate.SCORE_LOW, Gate.LIQUIDITY, Gate.COST, Gate.LEVERAGE)


@dataclass(frozen=True, slots=True)
class Earned:
    """What some trades earned, % of the entry's notional a trade: gross, and net of fees, spread and funding."""

    name: str
    gross: Mean
    net: Mean


@dataclass(frozen=True, slots=True)
class Comparison:
    """What some trades earned, and the trades in question less these, day by day; gross % a trade."""

    name: str
    gross: Mean
    difference: Mean


@dataclass(frozen=True, slots=True)
class Account:
    """All accepted trades of a set, one position a coin. ``…_pct`` are means of % of the entry's notional a trade.

    ``by_notional``: each trade weighted by its leverage × size factor. ``taker_only``: net if every order paid the taker
    fee. ``break_even_side_pct``: the fee of every order at which they earn nothing net of spread and funding, below 0 where
    they lose without fees; NaN where there is too little. ``hours`` a mean trade lasted.
    """

    coins: int
    orders: int
    open_at_the_end: int
    equal: Earned
    by_notional: Earned
    taker_only: Mean
    fees_pct: float
    spread_pct: float
    funding_pct: float
    break_even_side_pct: float
    fee_side_pct: float
    hours: float


def earned(name: str, trades: Candidates, *, weighted: bool = False) -> Earned:
    """Return what the filled ones among ``trades`` earned."""
    filled = trades.only(trades.filled)
    weights = filled.notional if weighted else None
    return Earned(
        name,
        mean_by_days(filled.gross_pct, filled.day, weights),
        mean_by_days(filled.net_pct, filled.day, weights),
    )


def account_of(accepted: Candidates, taker_fee_pct: float) -> Account:
    """Return the account of the accepted signals."""
    filled = accepted.only(accepted.filled)
    equal = earned("all", accepted)
    turnover = _mean(filled.turnover)
    taker = filled.net_pct + filled.fees_pct - (1.0 + filled.turnover) * taker_fee_pct
    fees = _mean(filled.fees_pct)
    return Account(
        coins=int(np.unique(accepted.coin).size),
        orders=accepted.count,
        open_at_the_end=int((~filled.closed).sum()),
        equal=equal,
        by_notional=earned("all, by notional", accepted, weighted=True),
        taker_only=mean_by_days(taker, filled.day),
        fees_pct=fees,
        spread_pct=_mean(filled.spread_pct),
        funding_pct=_mean(filled.funding_pct),
        break_even_side_pct=(equal.net.mean + fees) / (1.0 + turnover),
        fee_side_pct=fees / (1.0 + turnover),
        hours=_mean((filled.last - filled.first + 1).astype(np.float64)) / 12.0,
    )


def groups_of(accepted: Candidates) -> dict[str, tuple[Earned, ...]]:
    """Return the rows of every grouping, each by its name in order."""
    tables = {}
    for title, group in GROUPINGS.items():
        names, of = group(accepted)
        tables[title] = tuple(
            earned(name, accepted.only(of == place))
            for place, name in enumerate(names)
            if (of == place).any()
        )
    return tables


def minimum_scores(every: Candidates) -> tuple[Earned, ...]:
    """Return what the candidates that no gate but the score stops would have earned with other minimum scores.

    One position a coin.
    """
    rows = []
    for least in MINIMUM_SCORES:
        taken = one_at_a_time(every, every.only_by_score & (every.score >= least))
        rows.append(earned(f"score ≥ {least:g}", every.only(taken)))
    return tuple(rows)


def refusals(material: Material) -> tuple[Comparison, ...]:
    """Return what the refused of each gate would have earned, one position a coin, and the accepted less them.

    Those of SCORE_LOW are the ones that no later gate stops as well.
    """
    every, accepted = material.every, material.accepted
    rows = []
    for gate in REFUSALS:
        refused = every.gate == gate
        if gate is Gate.SCORE_LOW:
            refused &= every.only_by_score
        taken = every.only(one_at_a_time(every, refused))
        rows.append(compare(gate.name, accepted, taken))
    return tuple(row for row in rows if row.gross.count)


def compare(name: str, one: Candidates, other: Candidates) -> Comparison:
    """Return what ``other`` earned gross, and ``one`` less that."""
    first, second = one.only(one.filled), other.only(other.filled)
    difference = paired_by_days((first.gross_pct, first.day), (second.gross_pct, second.day))
    return Comparison(name, mean_by_days(second.gross_pct, second.day), difference)


def placebos(material: Material) -> tuple[Comparison, ...]:
    """Return the accepted signals against random entries, the other side, and holding the coins for a day."""
    accepted = material.accepted
    filled, holding = accepted.only(accepted.filled), material.holding
    held = paired_by_days((filled.gross_pct, filled.day), (holding.moves_pct, holding.day))
    return (
        compare("random entries, same exits", accepted, material.placebo),
        compare("the opposite side, same exits", accepted, material.opposite),
        Comparison("holding every coin, a day", mean_by_days(holding.moves_pct, holding.day), held),
    )


def limit_orders(accepted: Candidates) -> tuple[tuple[str, Mean], ...]:
    """Return the move after each of the hours in % for the signals whose order was filled, and for the others."""
    rows = []
    for n, hours in enumerate(HORIZONS):
        for name, chosen in (("filled", accepted.filled), ("not filled", ~accepted.filled)):
            here = accepted.only(chosen & ~np.isnan(accepted.moves[n]))
            rows.append((f"{name}, {hours} h after the signal", mean_by_days(here.moves[n], here.day)))
    return tuple(rows)


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else math.nan
