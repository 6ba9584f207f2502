"""Equity of the account, its peak over the last days, deposits and withdrawals (docs/leverage-and-size.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

DAY_MS = 86_400_000


def account_equity(*, wallet_balance: float, unrealised_profit: float) -> float:
    """Return wallet balance + unrealised profit, the equity of live and backtest alike; NaN if either is n/a.

    A wallet without a positive balance is n/a: the coin is another one, or nothing was paid in. Nothing can be measured
    by it, least of all a loss.
    """
    return wallet_balance + unrealised_profit if wallet_balance > 0.0 else math.nan


@dataclass(frozen=True, slots=True)
class EquityPeak:
    """Highest equity of each UTC day, oldest first, as (day since 1970, equity): plain data that can be stored.

    The equity is that of one unit (:class:`Transfers`), so that deposits and withdrawals make no peak.
    """

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


_LEFT_OF_A_LOST_UNIT = 1e-6


@dataclass(frozen=True, slots=True)
class Transfers:
    """Deposits and withdrawals, as units of the account that they buy and redeem at the value of that moment.

    What trades earn changes the equity of a unit; a transfer changes only the number of ``units`` (1 before the first).
    ``capital`` is the wallet without the results of all trades, as last observed: NaN before that. In the account's
    currency.
    """

    capital: float = math.nan
    units: float = 1.0

    def of_unit(self, equity: float) -> float:
        """Return the equity of one unit, by which losses and drawdowns are measured."""
        return equity / self.units

    def observed(self, *, equity: float, capital: float, smallest_pct: float) -> tuple[Transfers, float]:
        """Return the state after one more observation, and the transfer that it shows (deposit > 0, 0 for none).

        A change of ``capital`` beyond ``smallest_pct`` % of the equity before it is a transfer. A smaller one is a
        result that the trades do not tell of (fees in another coin, funding not yet booked), so it stays in the equity
        of a unit. Where either is not finite, or the equity is not above 0, nothing is observed.
        """
        if not (math.isfinite(capital) and math.isfinite(equity) and equity > 0.0):
            return self, 0.0
        moved = 0.0 if math.isnan(self.capital) else capital - self.capital
        before = equity - moved
        if abs(moved) <= max(before, 0.0) * smallest_pct / 100.0:
            return replace(self, capital=capital), 0.0
        # Where trades have lost everything just when money came in, a unit keeps next to nothing, but not nothing.
        before = max(before, equity * _LEFT_OF_A_LOST_UNIT)
        return Transfers(capital, self.units * equity / before), moved
