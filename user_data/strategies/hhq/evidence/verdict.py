"""One verdict in words. Nothing is called an edge that has not been shown net of costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from hhq.evidence.interval import Mean
from hhq.evidence.tables import Account


class Verdict(Enum):
    """What the accepted trades have shown."""

    TOO_LITTLE = "too little data"
    EDGE_SHOWN = "edge shown"
    NONE_SHOWN = "no edge shown"
    LOSES_COSTS = "loses its costs"
    LOSES = "loses before costs"


LARGEST_P = 0.025
"""Of the net mean, one-sided, after the correction for the number of profiles that were tried."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, the reasons for it as sentences, and how many profiles it is corrected for."""

    verdict: Verdict
    reasons: tuple[str, ...]
    tried: int


def judge(pooled: Account, sets: tuple[Account, ...], tried: int = 1) -> Judgement:
    """Return the verdict on the pooled account; ``tried``: how many profiles were looked at before this one.

    An edge is shown if the net mean's p value, times ``tried`` (Bonferroni), is small enough and the net mean is above 0
    in every set; a set with too little shows nothing.
    """
    net = pooled.equal.net
    if not net.is_enough or math.isnan(net.low):
        why = f"{net.count} trades in {net.days} days: too few for an interval"
        return Judgement(Verdict.TOO_LITTLE, (why,), tried)
    return Judgement(_verdict(pooled, sets, tried), _reasons(pooled, sets, tried), tried)


def _verdict(pooled: Account, sets: tuple[Account, ...], tried: int) -> Verdict:
    net, gross = pooled.equal.net, pooled.equal.gross
    # A set with too little has no mean, and so none above 0: what it does nobody knows.
    everywhere = all(each.equal.net.mean > 0.0 for each in sets)
    if net.p_above * tried < LARGEST_P and net.mean > 0.0 and everywhere:
        return Verdict.EDGE_SHOWN
    if gross.high < 0.0:
        return Verdict.LOSES
    return Verdict.LOSES_COSTS if net.high < 0.0 else Verdict.NONE_SHOWN


def _reasons(pooled: Account, sets: tuple[Account, ...], tried: int) -> tuple[str, ...]:
    net, gross = pooled.equal.net, pooled.equal.gross
    costs = gross.mean - net.mean
    found = [
        f"gross {_text(gross)} % of the notional a trade, {gross.count} trades in {gross.days} days",
        (
            f"costs {costs:.3f} % a trade: fees {pooled.fees_pct:.3f}, spread {pooled.spread_pct:.3f}, "
            f"funding received {pooled.funding_pct:+.3f}"
        ),
        f"net {_text(net)} % a trade",
        _break_even(pooled),
    ]
    negative = sum(each.equal.net.mean <= 0.0 for each in sets)
    unknown = sum(math.isnan(each.equal.net.mean) for each in sets)
    if len(sets) > 1:
        found.append(
            f"net below 0 in {negative} of {len(sets)} sets"
            + (f", too little in {unknown}" if unknown else "")
        )
    if tried > 1:
        found.append(f"corrected for {tried} profiles that were tried")
    return tuple(found)


def _break_even(account: Account) -> str:
    if account.break_even_side_pct <= 0.0:
        return f"it loses even without fees; it pays {account.fee_side_pct:.3f} % a side"
    return f"it breaks even at a fee of {account.break_even_side_pct:.3f} % a side, and pays {account.fee_side_pct:.3f} %"


def _text(mean: Mean) -> str:
    return f"{mean.mean:+.3f} [{mean.low:+.3f}, {mean.high:+.3f}]"
