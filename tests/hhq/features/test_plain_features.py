"""z-score, Bollinger, stochastic RSI, VWAP, volume and daily change against plain formulas, and degenerate input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from hhq.arrays import FloatArray
from hhq.features.block import compute_features
from hhq.features.bollinger import bollinger
from hhq.features.candles import Candles
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.features.daily import daily, daily_trend
from hhq.features.stochastic_rsi import crossing, stochastic_rsi
from hhq.features.volume import quote_volume, volume_ratio
from hhq.features.vwap import vwap
from hhq.features.wilder import adx_trend
from hhq.features.zscore import zscore
from hhq.panel import Panel, RecordedRows
from hhq.settings.features import FeatureSettings

MakePanel = Callable[..., Panel]
Features = Callable[..., FeatureBlock]


def walk(bars: int, seed: int = 6) -> FloatArray:
    return 20.0 * np.exp(np.cumsum(0.002 * np.random.default_rng(seed).standard_normal(bars)))


def test_zscore_equals_pandas_and_needs_its_minimum_of_distances() -> None:
    close = pd.Series(walk(150))
    out = np.empty(150)
    zscore(close.to_numpy(), 33, 10, 60, 30, 0, out)
    distance = close - close.rolling(10).mean()
    window = distance.rolling(60, min_periods=30)
    expected = (distance - window.mean()) / window.std(ddof=1)
    np.testing.assert_allclose(out, expected.to_numpy(), rtol=1e-8, atol=1e-9)
    assert np.isnan(out[:38]).all()
    assert not np.isnan(out[38:]).any()


def test_zscore_of_the_last_candle_alone_is_the_same() -> None:
    close = walk(150)
    whole, last = np.empty(150), np.empty(1)
    zscore(close, 33, 10, 60, 30, 0, whole)
    zscore(close, 33, 10, 60, 30, 149, last)
    assert last[0] == whole[149]
    zscore(close[:5].copy(), 33, 10, 60, 30, 4, last)
    assert np.isnan(last[0])


@pytest.mark.parametrize("price", [0.1, 1e-7, 61234.5])
def test_a_flat_market_has_no_zscore_and_no_position_but_a_band_width_of_zero(price: float) -> None:
    close = np.full(250, price)
    out, position, width = np.empty(250), np.empty(250), np.empty(250)
    zscore(close, 0, 20, 200, 100, 0, out)
    bollinger(close, 20, 2.0, 0, position, width)
    assert np.isnan(out).all()
    assert np.isnan(position).all()
    np.testing.assert_array_equal(width[19:], 0.0)
    assert np.isnan(width[:19]).all()


def test_vwap_restarts_at_midnight_and_is_the_same_from_any_first_column() -> None:
    close = walk(60)
    volume = np.random.default_rng(1).lognormal(0, 1, 60)
    out = np.empty((2, 60))
    vwap(Candles(close + 0.3, close - 0.3, close, volume, 288 - 40), 20, 0, out[0], out[1])
    for t, begin in ((20, 0), (39, 0), (40, 40), (59, 40)):
        w = slice(begin, t + 1)
        assert out[0, t] == pytest.approx((close[w] * volume[w]).sum() / volume[w].sum(), rel=1e-12)
    part = np.empty((2, 5))
    vwap(Candles(close + 0.3, close - 0.3, close, volume, 288 - 40), 20, 55, part[0], part[1])
    np.testing.assert_array_equal(part, out[:, 55:])


def test_vwap_of_a_day_without_volume_is_not_available() -> None:
    close = walk(30)
    out = np.empty((2, 30))
    vwap(Candles(close, close, close, np.zeros(30), 0), 20, 0, out[0], out[1])
    assert np.isnan(out).all()


def test_vwap_of_equal_closes_has_no_zscore() -> None:
    close = np.full(30, 0.1)
    out = np.empty((2, 30))
    vwap(Candles(close, close, close, np.ones(30), 0), 20, 0, out[0], out[1])
    np.testing.assert_allclose(out[0], 0.1)
    assert np.isnan(out[1]).all()


def test_volume_is_compared_with_the_candles_before_it() -> None:
    volume = np.array([1.0, 3.0, 4.0, 3.0, 0.0, 0.0, 5.0])
    ratio, spike = np.empty(7), np.empty(7)
    volume_ratio(volume, 2, 2.0, 0, ratio, spike)
    np.testing.assert_array_equal(ratio, [np.nan, np.nan, 2.0, 3.0 / 3.5, 0.0, 0.0, np.nan])
    np.testing.assert_array_equal(spike, [np.nan, np.nan, 1.0, 0.0, 0.0, 0.0, np.nan])


def test_quote_volume_sums_a_day_and_a_real_zero_stays_zero() -> None:
    close = walk(300)
    volume = np.random.default_rng(1).lognormal(0, 1, 300)
    out = np.empty(300)
    quote_volume(Candles(close + 3.0, close - 3.0, close, volume, 99), 0, out)
    assert np.isnan(out[:287]).all()
    for t in range(287, 300):
        assert out[t] == pytest.approx((close * volume)[t - 287 : t + 1].sum(), rel=1e-12)
    quote_volume(Candles(close, close, close, np.zeros(300), 99), 0, out)
    assert out[-1] == 0.0


@pytest.mark.parametrize(
    "change, label",
    [(5.1, 2.0), (5.0, 1.0), (2.1, 1.0), (2.0, 0.0), (-2.0, 0.0), (-2.1, -1.0), (-5.0, -1.0), (-5.1, -2.0)],
)
def test_the_daily_label_begins_beyond_its_limit(change: float, label: float) -> None:
    assert daily_trend(change, 2.0, 5.0) == label


def test_the_daily_change_is_against_the_close_288_candles_ago() -> None:
    close = walk(290)
    change, trend = np.empty(290), np.empty(290)
    daily(close, 2.0, 5.0, 0, change, trend)
    assert np.isnan(change[:288]).all()
    assert np.isnan(trend[:288]).all()
    assert change[289] == pytest.approx((close[289] / close[1] - 1.0) * 100.0)


def test_the_adx_trend_begins_beyond_its_gap() -> None:
    labels = [adx_trend(plus, 20.0, 5.0) for plus in (25.1, 25.0, 15.0, 14.9, np.nan)]
    np.testing.assert_array_equal(labels, [1.0, 0.0, 0.0, -1.0, np.nan])


@pytest.mark.parametrize(
    "k_before, d_before, k, d, code",
    [
        (10.0, 12.0, 20.0, 15.0, 1.0),
        (10.0, 12.0, 31.0, 15.0, 0.0),
        (13.0, 12.0, 20.0, 15.0, 0.0),
        (90.0, 85.0, 75.0, 80.0, -1.0),
        (90.0, 85.0, 69.0, 80.0, 0.0),
        (80.0, 85.0, 75.0, 80.0, 0.0),
        (np.nan, 12.0, 20.0, 15.0, np.nan),
        (10.0, 12.0, 20.0, np.nan, np.nan),
    ],
)
def test_a_stochastic_cross_counts_only_in_its_outer_zone(
    k_before: float, d_before: float, k: float, d: float, code: float
) -> None:
    np.testing.assert_array_equal(crossing(k_before, d_before, k, d, 30.0, 70.0), code)


def test_stochastic_rsi_needs_an_rsi_that_moves_and_is_known() -> None:
    rsi = 50.0 + np.random.default_rng(1).standard_normal(60)
    rsi[30] = np.nan
    out = np.empty((3, 60))
    stochastic_rsi(rsi, 14, 3, 3, 30.0, 70.0, 60, out)
    known = ~np.isnan(out[0])
    assert not known[:15].any()
    assert known[15:30].all()
    assert not known[30:46].any()
    assert known[46:].all()
    stochastic_rsi(np.full(60, 62.1), 14, 3, 3, 30.0, 70.0, 60, out)
    assert np.isnan(out).all()


def test_a_market_that_stands_still_has_defined_features_only_where_the_docs_say(features: Features) -> None:
    flat = np.full((1, 400), 0.1)
    block = features(Panel(("A",), 5_842_000, flat, flat, flat, flat, np.zeros((1, 400))), 398)
    known = {f for f in Feature if not np.isnan(block[f]).any()}
    zero = {f for f in known if (block[f] == 0.0).all()}
    assert known == {
        Feature.CLOSE,
        Feature.ATR,
        Feature.ATR_PCT,
        Feature.MACD_HISTOGRAM,
        Feature.MACD_CROSS,
        Feature.BB_WIDTH,
        Feature.EMA8,
        Feature.EMA21,
        Feature.EMA_CROSS,
        Feature.EMA_STATE,
        Feature.SWEEP,
        Feature.FVG,
        Feature.DAILY_CHANGE,
        Feature.DAILY_TREND,
        Feature.QUOTE_VOLUME_24H,
        Feature.EMA_GAP_15M,
        Feature.CHANGE_15M,
        Feature.EMA_GAP_1H,
        Feature.CHANGE_1H,
        Feature.CHANGE_4H,
    }
    assert known - zero == {Feature.CLOSE, Feature.EMA8, Feature.EMA21}


def test_a_panel_without_moves_and_with_recorded_rows_is_never_infinite(make_panel: MakePanel) -> None:
    panel = make_panel(2, 60)
    rows = RecordedRows(
        *(np.full((2, 60), value) for value in (np.inf, 1 / 3, -0.0, 1e9, 2.0, 3.0, 4.0, 5.0))
    )
    block = compute_features(panel, rows, np.ones(60), FeatureSettings(), 58)
    assert not np.isinf(block.values).any()
    assert np.isnan(block[Feature.SPREAD_PCT]).all()
    assert (block[Feature.IMBALANCE] == 0.333333333).all()
    assert not np.signbit(block[Feature.IMBALANCE_TREND]).any()
    assert (block[Feature.SMT] == 1.0).all()
