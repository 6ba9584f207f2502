"""The whole block: the same bits from any series, window, batch and array layout, and causal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.arrays import FloatArray
from hhq.features import block
from hhq.features.catalogue import FROM_OUTSIDE, Feature
from hhq.panel import CANDLE_MS, WINDOW, Panel
from hhq.settings.features import FeatureSettings
from tests.hhq.features.blocks import ARRAYS, Cut, Features, MakePanel, assert_same, columns

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
