"""The effective z threshold, and the side that the regime gives (docs/signal.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray
from hhq.regime import Regime
from hhq.settings.signal import RegimeSettings, SignalSettings

RANDOM_WALK = 0.5
"""Hurst exponent of a series without memory: the middle of the scale, not a setting."""


def effective_threshold(hurst: FloatArray, atr_pct: FloatArray, settings: SignalSettings) -> FloatArray:
    """Return the z threshold of each coin-candle, in standard deviations; NaN where an input is NaN.

    z_score_threshold × clamp(1 + slope·(H − 0.5)) × factor of the coin's volatility.
    """
    rule = settings.threshold
    by_hurst = np.clip(
        1.0 + rule.hurst_slope * (hurst - RANDOM_WALK), rule.lowest_factor, rule.highest_factor
    )
    by_volatility = np.where(
        atr_pct > rule.volatile_above,
        rule.volatile_factor,
        np.where(atr_pct < rule.calm_below, rule.calm_factor, 1.0),
    )
    threshold = settings.z_score_threshold * by_hurst * by_volatility
    return np.where(np.isnan(atr_pct), np.nan, threshold)


def regime_of(hurst: FloatArray, settings: RegimeSettings) -> CodeArray:
    """Return the :class:`Regime` code of each Hurst exponent, int8; NONE where it is NaN."""
    regime = np.full(hurst.shape, Regime.RANDOM, dtype=np.int8)
    regime[hurst < settings.mean_reversion_below] = Regime.MEAN_REVERSION
    regime[hurst > settings.trending_above] = Regime.TRENDING
    regime[np.isnan(hurst)] = Regime.NONE
    return regime


def threshold_of_regime(
    threshold: FloatArray, regime: CodeArray, imbalance: FloatArray, settings: RegimeSettings
) -> FloatArray:
    """Return the threshold with the regime counted in: higher where a random one is traded without an order book."""
    raised = (regime == Regime.RANDOM) & np.isnan(imbalance) & settings.random_without_book
    return np.where(raised, threshold * settings.random_without_book_factor, threshold)


@dataclass(frozen=True, slots=True)
class SideDecision:
    """The side of k candidates: float64 +1, −1, or 0 where the regime gives none.

    ``imbalance_missing`` marks candidates that had to be refused because the order book is unknown.
    """

    side: FloatArray
    imbalance_missing: BoolArray


def decide_side(
    zscore: FloatArray,
    regime: CodeArray,
    threshold: FloatArray,
    imbalance: FloatArray,
    settings: RegimeSettings,
) -> SideDecision:
    """Give each of k candidates the side of its regime; ``threshold`` is that of :func:`threshold_of_regime`.

    Mean reversion trades against the stretch, trending with it. The random regime takes the mean-reversion side if
    the order book confirms it; without a book it is refused, or, by a setting, has to be stretched further.
    """
    stretched = np.sign(zscore)
    random = regime == Regime.RANDOM
    side = np.where(regime == Regime.TRENDING, stretched, -stretched)
    without_book = np.isnan(imbalance)
    missing = random & without_book & (not settings.random_without_book)
    agrees = ~random | without_book | (imbalance * side >= settings.random_imbalance)
    keeps = (np.abs(zscore) > threshold) & (regime != Regime.NONE) & agrees & ~missing
    return SideDecision(np.where(keeps, side, 0.0), missing)
