"""The whole block: the same bits whatever the series, causal, mirrored, and honest about missing candles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.arrays import FloatArray
from hhq.features import block
from hhq.features.block import compute_features
from hhq.features.catalogue import FROM_OUTSIDE, Feature, FeatureBlock, mirrored
from hhq.panel import CANDLE_MS, WINDOW, Panel, RecordedRows
from hhq.settings.features import FeatureSettings

MakePanel = Callable[..., Panel]
Features = Callable[..., FeatureBlock]
Cut = Callable[[Panel, int, int], Panel]
ARRAYS = ("open", "high", "low", "close", "volume")
LONGEST = FeatureSettings(
    recursion_block=700,
    volume_recursion_block=700,
    zscore_average=200,
    zscore_window=1000,
    hurst_window=1024,
    hurst_lags=(1, 16, 64),
    atr_period=50,
    atr_1h_candles=120,
    adx_period=50,
    rsi_period=50,
    macd_fast=50,
    macd_slow=60,
    macd_signal=39,
    stochastic_window=50,
    stochastic_smooth_k=10,
    stochastic_smooth_d=10,
    ema_fast=50,
    ema_slow=60,
    profile_window=1440,
    profile_bins=200,
    gap_window=1000,
    gap_kept=100,
    breakout_window=1440,
    timeframe_average=30,
    timeframe_change=20,
    strong_trend_closes=30,
)


def assert_same(ours: FeatureBlock, theirs: FeatureBlock) -> None:
    assert ours.first_bar == theirs.first_bar
    np.testing.assert_array_equal(ours.values, theirs.values)
    np.testing.assert_array_equal(ours.history, theirs.history)


def columns(block: FeatureBlock, begin: int, end: int) -> FeatureBlock:
    part = slice(begin, end)
    return FeatureBlock(
        block.symbols, block.first_bar + begin, block.values[:, :, part], block.history[:, part]
    )


def test_a_block_is_complete_on_a_long_history(make_panel: MakePanel, features: Features) -> None:
    panel = make_panel(1, 1_530)
    block = features(panel, 1_515)
    assert block.values.shape == (53, 1, 15)
    assert block.first_bar == panel.first_bar + 1_515
    missing = {f for f in Feature if np.isnan(block[f]).any()}
    assert missing - {Feature.FVG_DISTANCE} == FROM_OUTSIDE
    np.testing.assert_array_equal(block[Feature.CLOSE], [[float(f"{c:.9g}") for c in panel.close[0, 1_515:]]])
    np.testing.assert_array_equal(
        block.values[~np.isnan(block.values)],
        [float(f"{v:.9g}") for v in block.values[~np.isnan(block.values)]],
    )
    assert (block.history == WINDOW).all()


def test_the_last_column_alone_equals_all_columns(make_panel: MakePanel, features: Features) -> None:
    panel = make_panel(1, 340)
    assert_same(features(panel, 339), columns(features(panel, 300), 39, 40))


@pytest.mark.compiled
@hypothesis_settings(max_examples=60)
@given(st.integers(0, 5_000), st.integers(WINDOW, 3_000), st.integers(0, 3))
def test_a_window_of_1500_candles_gives_equal_bits(
    make_panel: MakePanel, features: Features, cut: Cut, offset: int, end: int, seed: int
) -> None:
    panel = make_panel(2, 3_000, seed=seed, first_bar=5_842_123 + offset)
    whole = features(panel)
    window = features(cut(panel, end - WINDOW, end), WINDOW - 1)
    assert_same(window, columns(whole, end - 1, end))


@pytest.mark.compiled
@pytest.mark.parametrize("end", [1_500, 1_651, 2_099, 2_100, 2_101, 2_399])
def test_no_allowed_setting_looks_back_further_than_the_window(
    make_panel: MakePanel, features: Features, cut: Cut, end: int
) -> None:
    panel = make_panel(2, 2_400, first_bar=700 * 8_345)
    window = features(cut(panel, end - WINDOW, end), WINDOW - 1, LONGEST)
    assert_same(window, columns(features(panel, 0, LONGEST), end - 1, end))
    missing = {f for f in Feature if np.isnan(window[f]).any()}
    assert missing - {Feature.FVG_DISTANCE} == FROM_OUTSIDE


@pytest.mark.compiled
@hypothesis_settings(max_examples=40)
@given(st.integers(1, 2_999), st.integers(0, 2_999))
def test_features_of_a_prefix_equal_the_first_features_of_the_whole(
    make_panel: MakePanel, features: Features, cut: Cut, end: int, first: int
) -> None:
    panel = make_panel(2, 3_000)
    first %= end
    assert_same(features(cut(panel, 0, end), first), columns(features(panel), first, end))


@pytest.mark.compiled
def test_a_batch_gives_each_coin_what_it_gets_alone(make_panel: MakePanel, features: Features) -> None:
    panel = make_panel(5, 1_700)
    block = features(panel)
    for coin in range(5):
        alone = Panel(("X",), panel.first_bar, *(getattr(panel, n)[coin : coin + 1] for n in ARRAYS))
        np.testing.assert_array_equal(features(alone).values[:, 0], block.values[:, coin])


def load_recorded(folder: Path) -> Panel:
    paths = sorted((folder / "binance" / "futures").glob("*-5m-futures.feather"))
    frames = {p.name.split("_")[0]: pd.read_feather(p) for p in paths}
    bars = {s: f["date"].astype("int64").to_numpy() // CANDLE_MS for s, f in frames.items()}
    first = min(b[0] for b in bars.values())
    shape = (len(frames), max(b[-1] for b in bars.values()) - first + 1)
    arrays = {name: np.full(shape, np.nan) for name in ARRAYS}
    for row, (symbol, frame) in enumerate(frames.items()):
        for name in ARRAYS:
            arrays[name][row, bars[symbol] - first] = frame[name].to_numpy()
    return Panel(tuple(frames), int(first), *arrays.values())


@pytest.mark.compiled
def test_recorded_candles_give_equal_bits_in_series_window_and_batch(
    recorded_data: Path, features: Features, cut: Cut
) -> None:
    panel = load_recorded(recorded_data)
    count = 0
    rng = np.random.default_rng(7)
    whole = features(panel)
    assert not np.isinf(whole.values).any()
    for end in rng.integers(WINDOW, panel.bars, 1_800):
        window = features(cut(panel, end - WINDOW, end), WINDOW - 1)
        assert_same(window, columns(whole, end - 1, end))
        count += int((window.history > 0).sum())
    assert count >= 100_000


def with_candle(panel: Panel, name: str, column: int, value: float) -> Panel:
    array = getattr(panel, name).copy()
    array[0, column] = value
    return replace(panel, **{name: array})


@pytest.mark.parametrize(
    "name, value",
    [
        ("close", np.nan),
        ("open", 0.0),
        ("low", -1.0),
        ("high", np.inf),
        ("volume", np.nan),
        ("volume", -1.0),
        ("high", 1e-9),
    ],
)
def test_a_bad_candle_has_no_features_and_the_next_starts_a_new_history(
    make_panel: MakePanel, features: Features, cut: Cut, name: str, value: float
) -> None:
    panel = with_candle(make_panel(1, 330), name, 300, value)
    block = features(panel, 290)
    assert np.isnan(block.values[:, :, 10]).all()
    np.testing.assert_array_equal(block.history[0], [*range(291, 301), 0, *range(1, 30)])
    assert_same(columns(block, 11, 40), features(cut(panel, 301, 330)))
    assert_same(columns(block, 0, 10), features(cut(panel, 0, 300), 290))


def test_a_hole_before_the_first_column_starts_the_history_too(
    make_panel: MakePanel, features: Features, cut: Cut
) -> None:
    panel = with_candle(make_panel(1, 330), "close", 300, np.nan)
    assert_same(features(panel, 310), features(cut(panel, 301, 330), 9))


def test_a_listing_inside_the_panel_is_the_start_of_the_coin(
    make_panel: MakePanel, features: Features, cut: Cut
) -> None:
    panel = make_panel(1, 200)
    late = Panel(panel.symbols, panel.first_bar, *(getattr(panel, n).copy() for n in ARRAYS))
    for name in ARRAYS:
        getattr(late, name)[:, :50] = np.nan
    block = features(late)
    assert np.isnan(block.values[:, :, :50]).all()
    assert (block.history[:, :50] == 0).all()
    assert_same(columns(block, 50, 200), features(cut(panel, 50, 200)))


def test_recorded_rows_and_divergence_are_at_their_candle_and_nowhere_else(make_panel: MakePanel) -> None:
    panel = with_candle(make_panel(1, 40), "close", 35, np.nan)
    rows = RecordedRows.not_available(1, 40)
    rows.funding_rate[0] = np.arange(40.0)
    smt = np.where(np.arange(40) % 2, 1.0, -1.0)
    block = compute_features(panel, rows, smt, FeatureSettings(), 30)
    expected = np.arange(30.0, 40.0)
    expected[5] = np.nan
    np.testing.assert_array_equal(block[Feature.FUNDING_RATE][0], expected)
    np.testing.assert_array_equal(block[Feature.SMT][0], smt[30:] + 0.0 * expected)
    assert np.isnan(block[Feature.SPREAD_PCT]).all()
    same = compute_features(panel, rows, smt[30:], FeatureSettings(), 30)
    np.testing.assert_array_equal(same.values, block.values)


def test_what_does_not_fit_the_panel_is_refused_by_name(make_panel: MakePanel) -> None:
    panel = make_panel(2, 40)
    rows = RecordedRows.not_available(2, 40)
    smt = np.full(40, np.nan)
    for first in (-1, 40):
        with pytest.raises(ValueError, match=f"first: .* got {first}"):
            compute_features(panel, rows, smt, FeatureSettings(), first)
    with pytest.raises(ValueError, match="smt: shape"):
        compute_features(panel, rows, smt[3:], FeatureSettings())
    with pytest.raises(ValueError, match=r"recorded\.whale_z"):
        compute_features(panel, replace(rows, whale_z=smt), smt, FeatureSettings())


SAME_IN_REFLECTION = (
    Feature.ZSCORE,
    Feature.ATR,
    Feature.ATR_1H,
    Feature.ADX,
    Feature.PLUS_DI,
    Feature.MINUS_DI,
    Feature.ADX_TREND,
    Feature.RSI,
    Feature.MACD_HISTOGRAM,
    Feature.MACD_CROSS,
    Feature.BB_POSITION,
    Feature.STOCH_RSI_K,
    Feature.STOCH_RSI_D,
    Feature.STOCH_RSI_CROSS,
    Feature.EMA8,
    Feature.EMA21,
    Feature.EMA_CROSS,
    Feature.EMA_STATE,
    Feature.VWAP,
    Feature.VWAP_ZSCORE,
    Feature.VOLUME_RATIO,
    Feature.VOLUME_SPIKE,
    Feature.POC,
    Feature.VAH,
    Feature.VAL,
    Feature.SWEEP,
    Feature.BREAKOUT,
)
BY_PERCENT = (Feature.FVG, Feature.FVG_DISTANCE, Feature.DAILY_TREND)
"""Features with a threshold in percent of a price that the reflection moves: a few candles end up on its other side."""


def reflected(panel: Panel, price: float) -> Panel:
    return Panel(
        panel.symbols,
        panel.first_bar,
        2 * price - panel.open,
        2 * price - panel.low,
        2 * price - panel.high,
        2 * price - panel.close,
        panel.volume,
    )


@pytest.mark.compiled
def test_features_of_a_market_reflected_at_a_price_are_mirrored(
    make_panel: MakePanel, features: Features
) -> None:
    """Price differences change sign exactly; what divides by a price (the other features) does so nearly."""
    panel = make_panel(1, 12_000, move=0.0004)
    price = float(panel.close.mean())
    expected = mirrored(features(panel, WINDOW).values)[:, 0]
    ours = features(reflected(panel, price), WINDOW).values[:, 0]
    shift = features(panel, WINDOW)[Feature.CLOSE][0] - ours[Feature.CLOSE]
    for feature in Feature:
        value, wanted = ours[feature], expected[feature]
        if feature in (Feature.EMA8, Feature.EMA21, Feature.VWAP, Feature.POC, Feature.VAH, Feature.VAL):
            value = value + shift
        if feature in FROM_OUTSIDE or feature is Feature.CLOSE:
            continue
        size = float(np.nanmean(np.abs(wanted))) + 1e-9
        off = np.abs(value - wanted) > (1e-5 if feature in SAME_IN_REFLECTION else 0.25) * size
        off |= np.isnan(value) != np.isnan(wanted)
        assert off.mean() <= (0.05 if feature in BY_PERCENT else 0.01), (feature.name, off.mean())


@pytest.mark.compiled
def test_features_of_a_market_with_inverted_log_prices_are_mirrored(
    make_panel: MakePanel, features: Features
) -> None:
    panel = make_panel(1, 6_000, move=0.0004)
    log_mirror = Panel(
        panel.symbols,
        panel.first_bar,
        1 / panel.open,
        1 / panel.low,
        1 / panel.high,
        1 / panel.close,
        panel.volume,
    )
    expected = mirrored(features(panel, WINDOW).values)[:, 0]
    ours = features(log_mirror, WINDOW).values[:, 0]
    np.testing.assert_allclose(ours[Feature.HURST], expected[Feature.HURST], rtol=1e-8)
    for feature in (
        Feature.ZSCORE,
        Feature.RSI,
        Feature.MACD_CROSS,
        Feature.ADX,
        Feature.BB_POSITION,
        Feature.VWAP_ZSCORE,
        Feature.SWEEP,
        Feature.CHANGE_1H,
        Feature.EMA_GAP_4H,
        Feature.STRONG_TREND_CHANGE,
    ):
        size = float(np.nanmean(np.abs(expected[feature]))) + 1e-9
        assert (np.abs(ours[feature] - expected[feature]) > 0.25 * size).mean() <= 0.01, feature.name


def test_no_value_depends_on_the_array_layout(make_panel: MakePanel, features: Features) -> None:
    panel = make_panel(2, 200)
    turned = Panel(panel.symbols, panel.first_bar, *(np.asfortranarray(getattr(panel, n)) for n in ARRAYS))
    assert_same(features(turned, 198), features(panel, 198))


@pytest.mark.compiled
def test_read_only_and_reversed_arrays_need_no_further_machine_code(
    make_panel: MakePanel, features: Features
) -> None:
    panel = make_panel(2, 50)
    expected = features(panel)
    for name in ARRAYS:
        getattr(panel, name).flags.writeable = False
    assert_same(features(panel), expected)
    assert len(getattr(block, "_fill").signatures) == 1  # noqa: B009


def test_a_panel_without_coins_gives_an_empty_block(features: Features) -> None:
    none: FloatArray = np.empty((0, 5))
    assert features(Panel((), 0, none, none, none, none, none)).values.shape == (53, 0, 5)
