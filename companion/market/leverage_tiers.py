"""Leverage tiers of a pair as Freqtrade keeps them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

LeverageTiers: TypeAlias = Mapping[str, Sequence[Mapping[str, float]]]
"""The tiers of each pair, each with minNotional (USDT), maintenanceMarginRate (a fraction) and maxLeverage."""


def lowest_tier(rows: Sequence[Mapping[str, float]] | None) -> tuple[float, float]:
    """Maintenance rate (a fraction) and largest leverage of a pair's lowest tier; NaN without tiers."""
    if not rows:
        return math.nan, math.nan
    lowest = min(rows, key=lambda row: row["minNotional"])
    return float(lowest["maintenanceMarginRate"]), float(lowest["maxLeverage"])
