"""What a round trip costs besides what it loses: fees by order type, spread, funding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.settings import HHQSettings
from hhq.settings.costs import CostSettings

_FUNDING_HOURS = 8.0
"""Rates are normalised to this many hours."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Fees in % of an order's notional. An entry rests in the book (maker); an exit takes from it (taker)."""

    maker_fee_pct: float
    taker_fee_pct: float

    @classmethod
    def by_order(cls, settings: HHQSettings) -> Costs:
        """Return the costs of post-only entries and market exits."""
        return cls(settings.costs.maker_fee_pct, settings.leverage.taker_fee_pct)

    @classmethod
    def taker(cls, settings: HHQSettings) -> Costs:
        """Return the costs if every order pays the taker fee, as Freqtrade's backtest charges them."""
        return cls(settings.leverage.taker_fee_pct, settings.leverage.taker_fee_pct)

    def of(self, turnover: FloatArray, spread_pct: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return fees and spread of trades in % of the entry's notional, float64 (k,).

        ``turnover``: notional of the exits as a multiple of the entry's; an exit pays half of ``spread_pct``.
        """
        fees = self.maker_fee_pct + turnover * self.taker_fee_pct
        return np.asarray(fees), np.asarray(turnover * spread_pct / 2.0)


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """Expected costs of k entries in % of the notional, float64 (k,): fees of both orders, spread, funding (0 or more).

    ``funding_pct`` is NaN where no rate is known; the total is then that of the rest.
    """

    fees_pct: FloatArray
    spread_pct: FloatArray
    funding_pct: FloatArray

    @property
    def total_pct(self) -> FloatArray:
        """All of it, float64 (k,); NaN where the spread is n/a."""
        return np.asarray(self.fees_pct + self.spread_pct + np.nan_to_num(self.funding_pct))


def expected_round_trip(
    side: FloatArray, spread_pct: FloatArray, funding_rate: FloatArray, settings: HHQSettings
) -> RoundTrip:
    """Return what entries are expected to cost that are closed near their entry price; all arrays (k,).

    ``funding_rate`` in % per 8 h. A position that would receive funding is not credited with it: a payment that may
    turn by the next settlement makes no entry worth its costs.
    """
    fees, spread = Costs.by_order(settings).of(np.ones(side.shape), spread_pct)
    hours = settings.costs.expected_hours / _FUNDING_HOURS
    return RoundTrip(fees, spread, np.asarray(np.maximum(side * funding_rate, 0.0) * hours))


def too_dear(
    costs: RoundTrip, atr_1h_pct: FloatArray, stop_distance_pct: FloatArray, settings: CostSettings
) -> BoolArray:
    """Return which entries the hurdle refuses, bool (k,); one whose costs are n/a is refused too."""
    if not settings.hurdle:
        return np.zeros(costs.fees_pct.shape, dtype=np.bool_)
    total = costs.total_pct * 100.0
    worth = (total <= settings.largest_atr_share * atr_1h_pct) & (
        total <= settings.largest_stop_share * stop_distance_pct
    )
    return np.asarray(~worth)
