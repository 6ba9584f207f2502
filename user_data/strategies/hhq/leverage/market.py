"""The leverage that the market allows, before account and size are known (docs/leverage-and-size.md)."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.leverage.bounds import kill_switch_bound, volatility_cap
from hhq.leverage.factors import LeverageFactors
from hhq.settings import HHQSettings


def market_leverage(
    factors: LeverageFactors,
    stop_pct: FloatArray,
    exchange_maximum: FloatArray,
    atr_1h_pct: FloatArray,
    settings: HHQSettings,
) -> FloatArray:
    """Return the leverage that the market allows: whole numbers ≥ 1 as float64, NaN = none; all arrays (k,).

    The rounded product of the factors, capped by max_leverage, by the coin's volatility level, by the exchange's maximum
    where it is known, and by kill-switch sanity. Size, liquidation and drawdown come in once the account is known.
    """
    rule = settings.leverage
    caps = np.fmin(kill_switch_bound(stop_pct, settings.exits.kill_switch.first(), rule), exchange_maximum)
    caps = np.fmin(caps, volatility_cap(atr_1h_pct, settings.levels, rule))
    leverage = np.minimum(factors.leverage(rule), np.minimum(caps, rule.max_leverage))
    return np.where(leverage >= 1.0, leverage, np.nan)
