"""Equity of the account and its peak over the last days (docs/leverage-and-size.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass

DAY_MS = 86_400_000


def account_equity(*, wallet_balance: float, unrealised_profit: float) -> float:
    """Return wallet balance + unrealised profit, the equity of live and backtest alike; NaN if either is n/a."""
    return wallet_balance + unrealised_profit


@dataclass(frozen=True, slots=True)
class EquityPeak:
    """Highest equity of each UTC day, oldest first, as (day since 1970, equity): plain data that can be stored."""

    days: tuple[tuple[int, float], ...] = ()

    def observed(self, time_ms: int, equity: float, *, peak_days: int) -> EquityPeak:
        """Return the peak with one more observation (ms UTC), without days that lie ``peak_days`` or more before it.

        An equity that is not finite is ignored.
        """
        if not math.isfinite(equity):
            return self
        today = time_ms // DAY_MS
        if self.days and self.days[0][0] > today - peak_days:
            day, peak = self.days[-1]
            if day == today and peak >= equity:
                return self
        highest = dict(self.days)
        highest[today] = max(equity, highest.get(today, equity))
        kept = sorted(item for item in highest.items() if item[0] > today - peak_days)
        return EquityPeak(tuple(kept))

    @property
    def value(self) -> float:
        """The peak; NaN before the first observation."""
        return max((equity for _, equity in self.days), default=math.nan)
