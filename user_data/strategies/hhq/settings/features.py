"""Settings of the features: every window and threshold of docs/signal.md."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from hhq.settings.base import Section, option, setting

Lag = Annotated[int, Field(ge=1, le=64)]


class FeatureSettings(Section):
    """Windows in closed 5m candles unless stated otherwise; all look-backs stay below 1,500 candles."""

    recursion_block: int = setting(
        500, 100, 700, "candles", "Block in which recursive averages restart: each value has seen one to two."
    )
    volume_recursion_block: int = setting(
        100, 50, 700, "candles", "The same for the short averages of volume."
    )
    zscore_average: int = setting(20, 2, 200, "candles", "Average that the close is compared with.")
    zscore_window: int = setting(200, 20, 1000, "candles", "Window that standardises the distance.")
    zscore_needed: int = setting(100, 2, 1000, "candles", "Smallest number of distances for a z-score.")
    hurst_window: int = setting(256, 128, 1024, "candles", "Window of the Hurst exponent.")
    hurst_lags: tuple[Lag, ...] = option(
        (1, 2, 4, 8, 16), "Lags in candles of the structure function, rising."
    )
    hurst_lowest: float = setting(0.15, 0.0, 0.45, "", "Lower clamp of the Hurst exponent.")
    hurst_highest: float = setting(0.85, 0.55, 1.0, "", "Upper clamp of the Hurst exponent.")
    atr_period: int = setting(14, 2, 50, "candles", "Wilder period of ATR, 5m and 1h.")
    atr_1h_candles: int = setting(100, 51, 120, "1h candles", "Closed 1h candles that the 1h ATR is made of.")
    adx_period: int = setting(14, 2, 50, "candles", "Wilder period of ADX and DI.")
    adx_trend_gap: float = setting(5.0, 0.0, 50.0, "points", "+DI − −DI beyond which there is an ADX trend.")
    rsi_period: int = setting(14, 2, 50, "candles", "Wilder period of RSI.")
    macd_fast: int = setting(12, 2, 50, "candles", "Fast EMA of MACD.")
    macd_slow: int = setting(26, 3, 60, "candles", "Slow EMA of MACD.")
    macd_signal: int = setting(9, 1, 39, "candles", "EMA of MACD itself.")
    bollinger_window: int = setting(20, 5, 200, "candles", "Window of the Bollinger bands.")
    bollinger_deviations: float = setting(2.0, 0.5, 5.0, "σ", "Half width of the Bollinger bands.")
    stochastic_window: int = setting(14, 2, 50, "candles", "Window of the stochastic of RSI.")
    stochastic_smooth_k: int = setting(3, 1, 10, "candles", "Average that makes K.")
    stochastic_smooth_d: int = setting(3, 1, 10, "candles", "Average of K that makes D.")
    stochastic_low: float = setting(30.0, 0.0, 50.0, "", "A bullish cross needs K below this.")
    stochastic_high: float = setting(70.0, 50.0, 100.0, "", "A bearish cross needs K above this.")
    ema_fast: int = setting(8, 2, 50, "candles", "Fast EMA.")
    ema_slow: int = setting(21, 3, 60, "candles", "Slow EMA.")
    vwap_deviation_window: int = setting(
        20, 5, 200, "candles", "Window of the deviation that scales the distance to VWAP."
    )
    volume_window: int = setting(
        20, 2, 288, "candles", "Previous candles with which a candle's volume is compared."
    )
    volume_spike_ratio: float = setting(2.0, 1.0, 20.0, "×", "Volume ratio from which it is a spike.")
    profile_window: int = setting(288, 24, 1440, "candles", "Window of the volume profile.")
    profile_bins: int = setting(50, 10, 200, "bins", "Equal price bins of the volume profile.")
    profile_value_area_pct: float = setting(70.0, 10.0, 99.0, "%", "Share of the volume in the value area.")
    sweep_window: int = setting(20, 2, 288, "candles", "Previous candles that make up the swing.")
    sweep_margin_pct: float = setting(0.1, 0.0, 50.0, "%", "Overshoot in percent of the swing range.")
    gap_window: int = setting(100, 3, 1000, "candles", "Window in which fair value gaps are kept.")
    gap_smallest_pct: float = setting(
        0.05, 0.0, 5.0, "%", "A gap must be wider than this share of the close."
    )
    gap_kept: int = setting(10, 1, 100, "gaps", "How many of the newest open gaps are kept.")
    breakout_window: int = setting(288, 127, 1440, "candles", "Window in which pivots count.")
    breakout_left: int = setting(15, 1, 60, "candles", "Candles to the left of a pivot.")
    breakout_right: int = setting(15, 1, 60, "candles", "Candles to the right of a pivot, which confirm it.")
    breakout_volume_fast: int = setting(5, 2, 50, "candles", "Fast EMA of volume.")
    breakout_volume_slow: int = setting(10, 3, 60, "candles", "Slow EMA of volume.")
    breakout_oscillator_pct: float = setting(
        20.0, 0.0, 500.0, "%", "The volume oscillator must be above this."
    )
    daily_bullish_pct: float = setting(2.0, 0.1, 50.0, "%", "24 h change beyond which a day has a trend.")
    daily_strong_pct: float = setting(5.0, 0.1, 100.0, "%", "24 h change beyond which the trend is strong.")
    timeframe_average: int = setting(10, 2, 30, "candles", "EMA period of the higher timeframes.")
    timeframe_window: int = setting(
        30, 5, 30, "candles", "Closes that go into this EMA, seeded with the first."
    )
    timeframe_change: int = setting(3, 1, 20, "candles", "Candles of the timeframe's change.")
    strong_trend_closes: int = setting(20, 2, 30, "4h candles", "Closes of the strong-trend change.")

    @model_validator(mode="after")
    def _pairs_are_in_order(self) -> Self:
        for low, high in (
            ("macd_fast", "macd_slow"),
            ("ema_fast", "ema_slow"),
            ("breakout_volume_fast", "breakout_volume_slow"),
            ("daily_bullish_pct", "daily_strong_pct"),
        ):
            if getattr(self, low) >= getattr(self, high):
                raise ValueError(f"{low} must be below {high}")
        if self.zscore_needed > self.zscore_window:
            raise ValueError("zscore_needed must not be above zscore_window")
        return self

    @model_validator(mode="after")
    def _lags_rise(self) -> Self:
        if len(self.hurst_lags) < 2 or list(self.hurst_lags) != sorted(set(self.hurst_lags)):
            raise ValueError("hurst_lags must be at least two, rising")
        return self
