"""The whole block: honest about bad and missing candles, and about input that does not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hhq.features.block import compute_features
from hhq.features.catalogue import Feature
from hhq.panel import Panel, RecordedRows
from hhq.settings.features import FeatureSettings
from tests.hhq.features.blocks import ARRAYS, Cut, Features, MakePanel, assert_same, columns, with_candle


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
