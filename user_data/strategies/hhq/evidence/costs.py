"""What a trade pays besides what it loses: fees by order type, and the spread of an exit at the market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.settings import HHQSettings

MAKER_FEE_PCT = 0.02
"""Binance USDⓈ-M, lowest fee level: what an order pays that rests in the book."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Fees in % of an order's notional. An entry rests in the book (maker); an exit takes from it (taker)."""

    maker_fee_pct: float
    taker_fee_pct: float

    @classmethod
    def by_order(cls, settings: HHQSettings, maker_fee_pct: float = MAKER_FEE_PCT) -> Costs:
        """Return the costs of limit entries and market exits."""
        return cls(maker_fee_pct, settings.leverage.taker_fee_pct)

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
