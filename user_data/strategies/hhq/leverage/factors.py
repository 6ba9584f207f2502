"""What a candle says about leverage, factor by factor (docs/leverage-and-size.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.settings.leverage import LeverageSettings
from hhq.steps import Numbers, by_index, value_above, value_up_to


@dataclass(frozen=True, slots=True)
class LeverageBreakdown:
    """One signal's leverage before its caps, with every factor, as the record, the page and the log show it."""

    spread_pct: float
    spread_estimated: bool
    base_spread: float
    price_factor: float
    volatility_factor: float
    balance_mult: float
    mtf_mult: float
    product: float
    leverage: float


@dataclass(frozen=True, slots=True)
class LeverageFactors:
    """Factors of the leverage: float64 arrays of one shape (0-d for one candidate), NaN = n/a.

    ``spread_pct`` is the spread that was used, in percent; ``spread_estimated`` is True where it is an estimate.
    The balance multiplier belongs to the account and is passed to the methods.
    """

    spread_pct: FloatArray
    spread_estimated: BoolArray
    base_spread: FloatArray
    price_factor: FloatArray
    volatility_factor: FloatArray
    mtf_mult: FloatArray

    def product(self, balance_mult: Numbers = 1.0) -> FloatArray:
        """Return base spread × price × volatility × balance × timeframes; NaN where a factor is n/a."""
        product = self.base_spread * self.price_factor * self.volatility_factor
        return np.asarray(product * np.asarray(balance_mult, dtype=np.float64) * self.mtf_mult)

    def leverage(self, settings: LeverageSettings, balance_mult: Numbers = 1.0) -> FloatArray:
        """Return the leverage before any cap: the product, rounded and clamped; NaN where a factor is n/a."""
        return rounded_leverage(self.product(balance_mult), settings)

    def breakdown(
        self, settings: LeverageSettings, balance_mult: float, index: tuple[int, ...] = ()
    ) -> LeverageBreakdown:
        """Return every factor of the candidate at ``index`` (empty for a single one) as plain numbers."""
        return LeverageBreakdown(
            spread_pct=float(self.spread_pct[index]),
            spread_estimated=bool(self.spread_estimated[index]),
            base_spread=float(self.base_spread[index]),
            price_factor=float(self.price_factor[index]),
            volatility_factor=float(self.volatility_factor[index]),
            balance_mult=balance_mult,
            mtf_mult=float(self.mtf_mult[index]),
            product=float(self.product(balance_mult)[index]),
            leverage=float(self.leverage(settings, balance_mult)[index]),
        )


def rounded_leverage(product: Numbers, settings: LeverageSettings) -> FloatArray:
    """Return the product of the factors as a whole leverage (halves round to the even number), clamped."""
    whole = np.rint(np.asarray(product, dtype=np.float64))
    return np.asarray(np.clip(whole, settings.lowest, settings.highest))


def estimated_spread_pct(
    price: Numbers, tick_size: Numbers, quote_volume_24h: Numbers, settings: LeverageSettings
) -> FloatArray:
    """Return the spread, in percent, assumed while none is known: the larger of tick / price and that by 24 h volume.

    ``price`` > 0 and ``tick_size`` in quote currency, ``quote_volume_24h`` in USDT. It needs nothing that a backtest
    lacks, so live and backtest assume the same. NaN where an input is n/a.
    """
    tick_pct = np.asarray(tick_size, dtype=np.float64) / np.asarray(price, dtype=np.float64) * 100.0
    by_volume = value_above(quote_volume_24h, settings.volume_steps, settings.volume_otherwise)
    return np.asarray(np.maximum(tick_pct, by_volume))


def price_factor(price: Numbers, settings: LeverageSettings) -> FloatArray:
    """Return clamp((log10(max(price, 0.0001)) + 2) / 4, 0.3, 1.0); NaN where the price is n/a."""
    counted = np.maximum(np.asarray(price, dtype=np.float64), settings.price_floor)
    # The last bit of a logarithm depends on the processor; rounded, equal prices give equal leverage everywhere.
    logarithm = np.round(np.log10(counted), 9)
    factor = (logarithm + settings.price_offset) / settings.price_divisor
    return np.asarray(np.clip(factor, settings.price_factor_low, settings.price_factor_high))


def volatility_factor(atr_1h_pct: Numbers, settings: LeverageSettings) -> FloatArray:
    """Return the factor by the ATR of 1h candles in % of the price; NaN where that is n/a."""
    return value_up_to(atr_1h_pct, settings.volatility_steps, settings.volatility_beyond)


def mtf_multiplier(aligned_timeframes: Numbers, settings: LeverageSettings) -> FloatArray:
    """Return the multiplier by the number of aligned timeframes (0 … 3, else IndexError)."""
    return by_index(settings.mtf_multipliers, aligned_timeframes)


def balance_multiplier(*, equity: float, peak_equity: float, settings: LeverageSettings) -> float:
    """Return the multiplier by the drawdown of ``equity`` from ``peak_equity`` (same currency).

    Equity above the peak counts as no drawdown. NaN (no leverage) if either is n/a or the peak is not above 0.
    """
    if not peak_equity > 0.0:
        return float("nan")
    drawdown_pct = (peak_equity - equity) * 100.0 / peak_equity
    return float(value_above(drawdown_pct, settings.drawdown_steps, 1.0))


def leverage_factors(
    *,
    price: Numbers,
    spread_pct: Numbers,
    tick_size: Numbers,
    quote_volume_24h: Numbers,
    atr_1h_pct: Numbers,
    aligned_timeframes: Numbers,
    settings: LeverageSettings,
) -> LeverageFactors:
    """Return the factors of candidates (numbers or arrays of one shape); ``spread_pct`` NaN = unknown, so estimated.

    ``price`` and ``tick_size`` in quote currency, ``quote_volume_24h`` in USDT, ``…_pct`` in percent.
    """
    known = np.asarray(spread_pct, dtype=np.float64)
    missing = np.isnan(known)
    spread = np.where(missing, estimated_spread_pct(price, tick_size, quote_volume_24h, settings), known)
    return LeverageFactors(
        spread_pct=spread,
        spread_estimated=np.asarray(missing),
        base_spread=value_up_to(spread, settings.spread_steps, settings.spread_beyond),
        price_factor=price_factor(price, settings),
        volatility_factor=volatility_factor(atr_1h_pct, settings),
        mtf_mult=mtf_multiplier(aligned_timeframes, settings),
    )
