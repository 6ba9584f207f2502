"""A mean as it may be shown: with its interval, or not at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from hhq.evidence.interval import Mean


@dataclass(frozen=True, slots=True)
class ShownMean:
    """The mean of ``trades`` values in ``days`` days and its 95 % interval; all three n/a where there is too little."""

    trades: int
    days: int
    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, mean: Mean) -> Self:
        """Return a mean without any number that stands alone."""
        known = mean.has_interval
        values = (mean.mean, mean.low, mean.high) if known else (math.nan,) * 3
        return cls(mean.count, mean.days, *values)
