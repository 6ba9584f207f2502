"""Hard vetoes by the coin's own features (docs/signal.md)."""

from __future__ import annotations

from hhq.arrays import BoolArray, FloatArray
from hhq.settings.signal import VetoSettings


def trend_veto(
    side: FloatArray, adx: FloatArray, adx_trend: FloatArray, hurst: FloatArray, settings: VetoSettings
) -> BoolArray:
    """Return which candidates trade against a strong, persistent trend of their own coin."""
    strong: BoolArray = (adx > settings.trend_adx) & (hurst > settings.trend_hurst)
    return strong & (adx_trend * side < 0)


def funding_veto(side: FloatArray, funding_rate: FloatArray, settings: VetoSettings) -> BoolArray:
    """Return which candidates side with the crowd at extreme funding (percent per 8 h; positive: longs pay)."""
    crowded: BoolArray = funding_rate * side > settings.funding
    return crowded


def sweep_veto(side: FloatArray, sweep: FloatArray, settings: VetoSettings) -> BoolArray:
    """Return which candidates face a liquidity sweep in the opposite direction on their last candle."""
    against: BoolArray = sweep * side < 0
    return against & settings.sweep
