"""Whether what a bot really earns lies within the interval of the evidence, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from hhq.evidence.interval import LEAST_COUNT, LEAST_DAYS, Mean


class DriftState(Enum):
    """What the closed trades say about the evidence."""

    IN_LINE = "in line"
    DRIFTS = "drifts"
    TOO_LITTLE = "too little"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Drift:
    """The state, and the reason for it in words."""

    state: DriftState
    reason: str

    @property
    def text(self) -> str:
        """State and reason in one line."""
        return f"{self.state.value}: {self.reason}"


def drift_of(live: Mean, low: float, high: float, otherwise: str = "no interval in the evidence") -> Drift:
    """Return whether the live net mean lies outside [low, high], the interval of the evidence's net mean.

    Both are in % of the entry's notional a trade. ``otherwise``: why there is no interval, where it is NaN.
    """
    if math.isnan(low) or math.isnan(high):
        return Drift(DriftState.NOT_MEASURED, otherwise)
    if not live.has_interval:
        why = f"{live.count} closed trades in {live.days} days, {LEAST_COUNT} in {LEAST_DAYS} are needed"
        return Drift(DriftState.TOO_LITTLE, why)
    told = (
        f"net {_interval(live.mean, live.low, live.high)} % a trade, {live.count} trades in {live.days} days"
    )
    evidence = f"[{low:+.3f}, {high:+.3f}] of the evidence"
    if low <= live.mean <= high:
        return Drift(DriftState.IN_LINE, f"{told}, lies within {evidence}")
    where = "below" if live.mean < low else "above"
    touches = live.low <= high and live.high >= low
    chance = "the two intervals overlap: it can be chance" if touches else "the two intervals do not overlap"
    return Drift(DriftState.DRIFTS, f"{told}, lies {where} {evidence}; {chance}")


def _interval(mean: float, low: float, high: float) -> str:
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"
