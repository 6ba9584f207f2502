"""TA-Lib and pandas_ta as oracles."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import talib

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pandas_ta

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.panel import CANDLE_MS, Panel

Unrounded = Callable[..., FloatArray]
MakePanel = Callable[..., Panel]
WARM = 1_000


def talib_values(panel: Panel) -> dict[Feature, FloatArray]:
    high, low, close = panel.high[0], panel.low[0], panel.close[0]
    upper, middle, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    return {
        Feature.RSI: talib.RSI(close, 14),
        Feature.ATR: talib.ATR(high, low, close, 14),
        Feature.ADX: talib.ADX(high, low, close, 14),
        Feature.PLUS_DI: talib.PLUS_DI(high, low, close, 14),
        Feature.MINUS_DI: talib.MINUS_DI(high, low, close, 14),
        Feature.MACD_HISTOGRAM: talib.MACD(close, 12, 26, 9)[2],
        Feature.EMA8: talib.EMA(close, 8),
        Feature.EMA21: talib.EMA(close, 21),
        Feature.BB_WIDTH: (upper - lower) / middle * 100.0,
        Feature.BB_POSITION: 2.0 * (close - lower) / (upper - lower) - 1.0,
    }


def assert_close(ours: FloatArray, theirs: FloatArray, feature: Feature) -> None:
    """1e-8 relative; relative to the usual size for features that cross zero."""
    size = float(np.nanmean(np.abs(theirs)))
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8 * size, err_msg=feature.name)


def test_indicators_equal_talib_from_the_first_value_of_a_listing(
    make_panel: MakePanel, unrounded: Unrounded
) -> None:
    panel = make_panel(1, 150, first_bar=5_842_000)
    ours = unrounded(panel)
    for feature, theirs in talib_values(panel).items():
        assert_close(ours[feature], theirs, feature)


@pytest.mark.compiled
@pytest.mark.parametrize("seed", range(5))
def test_indicators_equal_talib_far_from_its_start(
    make_panel: MakePanel, unrounded: Unrounded, seed: int
) -> None:
    panel = make_panel(1, 6_000, seed=seed, first_bar=5_842_123 + 97 * seed)
    ours = unrounded(panel)
    for feature, theirs in talib_values(panel).items():
        assert_close(ours[feature][WARM:], theirs[WARM:], feature)


@pytest.mark.compiled
def test_any_start_of_talib_agrees_after_five_hundred_candles(
    make_panel: MakePanel, unrounded: Unrounded
) -> None:
    panel = make_panel(1, 3_000, first_bar=6_000_000)
    ours = unrounded(panel)
    for start in (500, 731, 999):
        short = Panel(
            panel.symbols,
            0,
            *(a[:, start:] for a in (panel.open, panel.high, panel.low, panel.close, panel.volume)),
        )
        for feature, theirs in talib_values(short).items():
            assert_close(ours[feature][start + 600 :], theirs[600:], feature)


@pytest.mark.compiled
def test_stochastic_rsi_equals_pandas_ta(make_panel: MakePanel, unrounded: Unrounded) -> None:
    panel = make_panel(1, 3_000)
    ours = unrounded(panel)
    theirs = pandas_ta.stochrsi(pd.Series(panel.close[0]), length=14, rsi_length=14, k=3, d=3).to_numpy()
    for feature, column in ((Feature.STOCH_RSI_K, 0), (Feature.STOCH_RSI_D, 1)):
        np.testing.assert_allclose(ours[feature][WARM:], theirs[WARM:, column], rtol=1e-8, atol=1e-8)


@pytest.mark.compiled
def test_other_indicators_equal_pandas_ta(make_panel: MakePanel, unrounded: Unrounded) -> None:
    panel = make_panel(1, 3_000)
    high, low, close = (pd.Series(a[0]) for a in (panel.high, panel.low, panel.close))
    ours = unrounded(panel)
    bands = pandas_ta.bbands(close, length=20, std=2.0, ddof=0, talib=False).to_numpy()
    theirs = {
        Feature.RSI: pandas_ta.rsi(close, 14, talib=False).to_numpy(),
        Feature.ATR: pandas_ta.atr(high, low, close, 14, talib=False).to_numpy(),
        Feature.MACD_HISTOGRAM: pandas_ta.macd(close, 12, 26, 9, talib=False).to_numpy()[:, 1],
        Feature.EMA21: pandas_ta.ema(close, 21, talib=False).to_numpy(),
        Feature.BB_WIDTH: (bands[:, 2] - bands[:, 0]) / bands[:, 1] * 100.0,
    }
    for feature, values in theirs.items():
        assert_close(ours[feature][WARM:], values[WARM:], feature)


@pytest.mark.compiled
def test_vwap_equals_pandas_ta(make_panel: MakePanel, unrounded: Unrounded) -> None:
    panel = make_panel(1, 2_000)
    times = pd.to_datetime(panel.open_time, unit="ms")
    assert times[1] - times[0] == pd.Timedelta(CANDLE_MS, unit="ms")
    columns = (pd.Series(a[0], index=times) for a in (panel.high, panel.low, panel.close, panel.volume))
    theirs = pandas_ta.vwap(*columns, anchor="D").to_numpy()
    ours = unrounded(panel)[Feature.VWAP]
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)
    deviation = pd.Series(panel.close[0]).rolling(20).std(ddof=0).to_numpy()
    zscore = (panel.close[0] - theirs) / deviation
    np.testing.assert_allclose(unrounded(panel)[Feature.VWAP_ZSCORE], zscore, rtol=1e-7, atol=1e-8)


def test_crosses_come_on_the_candle_of_the_change(make_panel: MakePanel, unrounded: Unrounded) -> None:
    ours = unrounded(make_panel(1, 400))
    for line, cross in ((Feature.MACD_HISTOGRAM, Feature.MACD_CROSS), (Feature.EMA_STATE, Feature.EMA_CROSS)):
        sign = np.sign(ours[line])
        expected = np.where(sign[1:] != sign[:-1], sign[1:], 0.0)
        known = ~np.isnan(sign[1:] + sign[:-1])
        assert set(expected[known]) == {-1.0, 0.0, 1.0}
        np.testing.assert_array_equal(ours[cross][1:][known], expected[known])
        assert np.isnan(ours[cross][1:][~known]).all()
    np.testing.assert_array_equal(ours[Feature.EMA_STATE], np.sign(ours[Feature.EMA8] - ours[Feature.EMA21]))
    gap = ours[Feature.PLUS_DI] - ours[Feature.MINUS_DI]
    label = np.where(gap > 5, 1.0, np.where(gap < -5, -1.0, gap * 0.0))
    np.testing.assert_array_equal(ours[Feature.ADX_TREND], label)
