"""The feature settings as plain numbers that compiled code can take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hhq.arrays import IntArray
from hhq.settings.features import FeatureSettings


class Numbers(NamedTuple):
    """Every scalar field of :class:`FeatureSettings`, under its name."""

    recursion_block: int
    volume_recursion_block: int
    zscore_average: int
    zscore_window: int
    zscore_needed: int
    hurst_window: int
    hurst_lowest: float
    hurst_highest: float
    atr_period: int
    atr_1h_candles: int
    adx_period: int
    adx_trend_gap: float
    rsi_period: int
    macd_fast: int
    macd_slow: int
    macd_signal: int
    bollinger_window: int
    bollinger_deviations: float
    stochastic_window: int
    stochastic_smooth_k: int
    stochastic_smooth_d: int
    stochastic_low: float
    stochastic_high: float
    ema_fast: int
    ema_slow: int
    vwap_deviation_window: int
    volume_window: int
    volume_spike_ratio: float
    profile_window: int
    profile_bins: int
    profile_value_area_pct: float
    sweep_window: int
    sweep_margin_pct: float
    gap_window: int
    gap_smallest_pct: float
    gap_kept: int
    breakout_window: int
    breakout_left: int
    breakout_right: int
    breakout_volume_fast: int
    breakout_volume_slow: int
    breakout_oscillator_pct: float
    daily_bullish_pct: float
    daily_strong_pct: float
    timeframe_average: int
    timeframe_window: int
    timeframe_change: int
    strong_trend_closes: int


def numbers(settings: FeatureSettings) -> Numbers:
    """Return the scalar settings."""
    return Numbers(**settings.model_dump(exclude={"hurst_lags"}))


def hurst_lags(settings: FeatureSettings) -> IntArray:
    """Return the lags of the structure function, int64."""
    return np.array(settings.hurst_lags, dtype=np.int64)
