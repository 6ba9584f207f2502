"""Closed trades against the verdict on the settings that they were entered with."""

from __future__ import annotations

import math

from hhq.arrays import FloatArray, IntArray
from hhq.evidence.drift import Drift, drift_of
from hhq.evidence.live import known_mean
from hhq_shared.evidence_verdict import EvidenceVerdict


def drift_from(verdict: EvidenceVerdict, net_pct: FloatArray, day: IntArray) -> Drift:
    """Return the drift of trades of the verdict's settings: ``net_pct`` float64 (k,), ``day`` int64 (k,)."""
    low, high = (math.nan if value is None else value for value in (verdict.low_pct, verdict.high_pct))
    return drift_of(known_mean(net_pct, day), low, high, f"{verdict.verdict}, {verdict.reason}")
