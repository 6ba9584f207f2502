"""All features of one coin over one unbroken run of candles.

The feature functions called here share one convention. They take float64 (bars,) without NaN, the clock number of
column 0 being ``bar``, and write the value of column ``first`` + j to ``out[j]``; an ``out`` for several values has
one such row for each: float64 (values, bars − ``first``).
"""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.compiled import compiled
from hhq.features.bollinger import bollinger
from hhq.features.breakout import breakout
from hhq.features.candles import Candles
from hhq.features.catalogue import FROM_OUTSIDE, Feature
from hhq.features.daily import daily
from hhq.features.ema import ema
from hhq.features.fair_value_gap import fair_value_gap
from hhq.features.hurst import hurst
from hhq.features.macd import macd
from hhq.features.numbers import Numbers
from hhq.features.profile import profile
from hhq.features.stochastic_rsi import stochastic_rsi
from hhq.features.sweep import sweep
from hhq.features.timeframes import atr_1h, timeframe
from hhq.features.volume import quote_volume, volume_ratio
from hhq.features.vwap import vwap
from hhq.features.wilder import adx, adx_trend, atr, rsi
from hhq.features.zscore import zscore

_CLOSE = int(Feature.CLOSE)
_ZSCORE = int(Feature.ZSCORE)
_HURST = int(Feature.HURST)
_ATR = int(Feature.ATR)
_ATR_PCT = int(Feature.ATR_PCT)
_ATR_1H = int(Feature.ATR_1H)
_ATR_1H_PCT = int(Feature.ATR_1H_PCT)
_ADX = int(Feature.ADX)
_PLUS_DI = int(Feature.PLUS_DI)
_MINUS_DI = int(Feature.MINUS_DI)
_ADX_TREND = int(Feature.ADX_TREND)
_RSI = int(Feature.RSI)
_MACD_HISTOGRAM = int(Feature.MACD_HISTOGRAM)
_MACD_CROSS = int(Feature.MACD_CROSS)
_BB_POSITION = int(Feature.BB_POSITION)
_BB_WIDTH = int(Feature.BB_WIDTH)
_STOCH_RSI_K = int(Feature.STOCH_RSI_K)
_STOCH_RSI_CROSS = int(Feature.STOCH_RSI_CROSS)
_EMA8 = int(Feature.EMA8)
_EMA_STATE = int(Feature.EMA_STATE)
_VWAP = int(Feature.VWAP)
_VWAP_ZSCORE = int(Feature.VWAP_ZSCORE)
_VOLUME_RATIO = int(Feature.VOLUME_RATIO)
_VOLUME_SPIKE = int(Feature.VOLUME_SPIKE)
_POC = int(Feature.POC)
_VAL = int(Feature.VAL)
_SWEEP = int(Feature.SWEEP)
_FVG = int(Feature.FVG)
_FVG_DISTANCE = int(Feature.FVG_DISTANCE)
_BREAKOUT = int(Feature.BREAKOUT)
_DAILY_CHANGE = int(Feature.DAILY_CHANGE)
_DAILY_TREND = int(Feature.DAILY_TREND)
_QUOTE_VOLUME_24H = int(Feature.QUOTE_VOLUME_24H)
_EMA_GAP_15M = int(Feature.EMA_GAP_15M)
_STRONG_TREND_CHANGE = int(Feature.STRONG_TREND_CHANGE)
_TIMEFRAMES = (3, 12, 48)
"""15m, 1h and 4h in 5m candles, in the order of the catalogue."""
_COMPUTED = np.array([f not in FROM_OUTSIDE for f in Feature])


@compiled
def _range_and_trend(candles: Candles, first: int, s: Numbers, out: FloatArray) -> None:
    close = candles.close
    atr(candles, s.recursion_block, s.atr_period, first, out[_ATR])
    atr_1h(candles, s.atr_1h_candles, s.atr_period, first, out[_ATR_1H])
    adx(candles, s.recursion_block, s.adx_period, first, out[_ADX : _MINUS_DI + 1])
    for j in range(len(close) - first):
        out[_CLOSE, j] = close[first + j]
        out[_ATR_PCT, j] = out[_ATR, j] / close[first + j] * 100.0
        out[_ATR_1H_PCT, j] = out[_ATR_1H, j] / close[first + j] * 100.0
        out[_ADX_TREND, j] = adx_trend(out[_PLUS_DI, j], out[_MINUS_DI, j], s.adx_trend_gap)


@compiled
def _momentum(close: FloatArray, bar: int, first: int, s: Numbers, out: FloatArray) -> None:
    block = s.recursion_block
    before = max(first - (s.stochastic_window + s.stochastic_smooth_k + s.stochastic_smooth_d - 2), 0)
    strength = np.empty(len(close) - before)
    rsi(close, bar, block, s.rsi_period, before, strength)
    out[_RSI] = strength[first - before :]
    stochastic_rsi(
        strength,
        s.stochastic_window,
        s.stochastic_smooth_k,
        s.stochastic_smooth_d,
        s.stochastic_low,
        s.stochastic_high,
        len(close) - first,
        out[_STOCH_RSI_K : _STOCH_RSI_CROSS + 1],
    )
    macd(
        close,
        bar,
        block,
        s.macd_fast,
        s.macd_slow,
        s.macd_signal,
        first,
        out[_MACD_HISTOGRAM],
        out[_MACD_CROSS],
    )
    ema(close, bar, block, s.ema_fast, s.ema_slow, first, out[_EMA8 : _EMA_STATE + 1])
    bollinger(close, s.bollinger_window, s.bollinger_deviations, first, out[_BB_POSITION], out[_BB_WIDTH])
    daily(close, s.daily_bullish_pct, s.daily_strong_pct, first, out[_DAILY_CHANGE], out[_DAILY_TREND])


@compiled
def _volume(candles: Candles, first: int, s: Numbers, out: FloatArray) -> None:
    vwap(candles, s.vwap_deviation_window, first, out[_VWAP], out[_VWAP_ZSCORE])
    ratio, spike = out[_VOLUME_RATIO], out[_VOLUME_SPIKE]
    volume_ratio(candles.volume, s.volume_window, s.volume_spike_ratio, first, ratio, spike)
    quote_volume(candles, first, out[_QUOTE_VOLUME_24H])
    area = s.profile_value_area_pct
    profile(candles, s.profile_window, s.profile_bins, area, first, out[_POC : _VAL + 1])


@compiled
def _structure(candles: Candles, first: int, s: Numbers, out: FloatArray) -> None:
    sweep(candles, s.sweep_window, s.sweep_margin_pct, first, out[_SWEEP])
    fair_value_gap(
        candles, s.gap_window, s.gap_smallest_pct, s.gap_kept, first, out[_FVG], out[_FVG_DISTANCE]
    )
    breakout(
        candles,
        s.volume_recursion_block,
        s.breakout_left,
        s.breakout_right,
        s.breakout_window,
        s.breakout_volume_fast,
        s.breakout_volume_slow,
        s.breakout_oscillator_pct,
        first,
        out[_BREAKOUT],
    )


@compiled
def _timeframes(close: FloatArray, bar: int, first: int, s: Numbers, out: FloatArray) -> None:
    rows = np.empty((3, len(close) - first))
    for k in range(3):
        timeframe(
            close,
            bar,
            _TIMEFRAMES[k],
            s.timeframe_average,
            s.timeframe_window,
            s.timeframe_change,
            s.strong_trend_closes - 1,
            first,
            rows,
        )
        out[_EMA_GAP_15M + 2 * k : _EMA_GAP_15M + 2 * k + 2] = rows[:2]
    out[_STRONG_TREND_CHANGE] = rows[2]


@compiled
def coin_features(candles: Candles, first: int, lags: IntArray, s: Numbers, values: FloatArray) -> None:
    """Write every feature that comes from the coin's own candles at columns ``first`` … to ``values``.

    ``candles`` of one unbroken run; ``values`` float64 (len(Feature), bars − ``first``), whose rows for recorded
    features and SMT are left untouched.
    """
    close, bar = candles.close, candles.bar
    out = np.full(values.shape, np.nan)
    zscore(close, bar, s.zscore_average, s.zscore_window, s.zscore_needed, first, out[_ZSCORE])
    hurst(close, bar, s.hurst_window, lags, s.hurst_lowest, s.hurst_highest, first, out[_HURST])
    _range_and_trend(candles, first, s, out)
    _momentum(close, bar, first, s, out)
    _volume(candles, first, s, out)
    _structure(candles, first, s, out)
    _timeframes(close, bar, first, s, out)
    for f in range(len(_COMPUTED)):
        if _COMPUTED[f]:
            for j in range(len(close) - first):
                values[f, j] = out[f, j]
