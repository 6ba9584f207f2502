"""Every layer keeps the contract, and the check of the contract finds a layer that does not."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace

import annotated_types
import numpy as np
import pytest

from hhq.arrays import FloatArray, IntArray
from hhq.features.catalogue import Feature
from hhq.layers import LAYERS
from hhq.layers.base_and_strength import HIGHEST_BASE
from hhq.layers.layer import Candidates, Layer, Scope
from hhq.settings.base import Section
from hhq.settings.layers import LayerSection, LayersSettings
from hhq.settings.signal import RegimeSettings

Mirror = Callable[[Candidates], Candidates]

CODES = (
    Feature.FVG,
    Feature.BREAKOUT,
    Feature.SMT,
    Feature.MACD_CROSS,
    Feature.STOCH_RSI_CROSS,
    Feature.EMA_CROSS,
    Feature.EMA_STATE,
)
SPREADS = {
    Feature.ZSCORE: 3.0,
    Feature.VWAP_ZSCORE: 2.0,
    Feature.IMBALANCE: 8.0,
    Feature.IMBALANCE_TREND: 5.0,
    Feature.WHALE_Z: 2.0,
    Feature.BASIS_PCT: 0.03,
    Feature.FUNDING_RATE: 0.05,
    Feature.BB_POSITION: 1.0,
}


def many(rng: np.random.Generator, count: int) -> Candidates:
    """Candidates drawn so that every row of every layer comes up, many of them exactly at a threshold."""
    features = rng.normal(0.0, 1.0, (len(Feature), count))
    for feature, spread in SPREADS.items():
        features[feature] = rng.normal(0.0, spread, count)
    for feature in CODES:
        features[feature] = rng.integers(-1, 2, count)
    for feature in (Feature.RSI, Feature.STOCH_RSI_K, Feature.ADX):
        features[feature] = rng.integers(0, 101, count)
    features[Feature.DAILY_TREND] = rng.integers(-2, 3, count)
    features[Feature.HURST] = rng.uniform(0.15, 0.85, count)
    features[Feature.VOLUME_RATIO] = np.exp(rng.normal(0.0, 1.0, count))
    for feature in (Feature.LIQUIDATED_SHORTS, Feature.LIQUIDATED_LONGS):
        features[feature] = np.exp(rng.normal(11.0, 1.5, count))
    close = np.exp(rng.normal(0.0, 3.0, count))
    features[Feature.CLOSE] = close
    features[Feature.POC] = close * (1.0 + rng.normal(0.0, 0.015, count))
    features[Feature.ATR] = close * rng.uniform(0.001, 0.02, count)
    distance = features[Feature.ATR] * rng.uniform(0.0, 2.0, count)
    features[Feature.FVG_DISTANCE] = np.where(features[Feature.FVG] == 0.0, np.nan, distance)
    for feature, grid in {
        Feature.VWAP_ZSCORE: 0.5,
        Feature.IMBALANCE: 5.0,
        Feature.IMBALANCE_TREND: 1.0,
    }.items():
        features[feature, ::2] = np.round(features[feature, ::2] / grid) * grid
    trending = rng.random(count) < 0.5
    side = np.where(rng.random(count) < 0.5, 1.0, -1.0)
    return Candidates(
        features, side, ~trending, trending, rng.uniform(0.8, 3.0, count), rng.uniform(0.0, 60.0, count)
    )


def limits(section: Section, name: str) -> tuple[float, float]:
    """The declared range of a setting."""
    metadata = type(section).model_fields[name].metadata
    low = next(item.ge for item in metadata if isinstance(item, annotated_types.Ge))
    high = next(item.le for item in metadata if isinstance(item, annotated_types.Le))
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    return float(low), float(high)


def chance_settings(rng: np.random.Generator) -> LayersSettings:
    """Settings with every number drawn from its whole declared range."""
    sections = {}
    for name, section in LayersSettings():
        assert isinstance(section, LayerSection)
        values = {key: _draw(rng, limits(section, key), value) for key, value in section}
        for chain in section.falling:
            values.update(zip(chain, sorted((values[key] for key in chain), reverse=True), strict=True))
        sections[name] = values
    return LayersSettings.model_validate(sections)


def _draw(rng: np.random.Generator, limits: tuple[float, float], like: float) -> float:
    value = rng.uniform(*limits)
    return round(value) if isinstance(like, int) else value


def check_layer(layer: Layer, settings: LayersSettings, rng: np.random.Generator, mirrored: Mirror) -> None:
    """Assert that ``layer`` keeps the contract of ``Layer`` on candidates drawn by ``rng``."""
    candidates = many(rng, 400)
    for array in (candidates.features, candidates.side, candidates.threshold, candidates.base):
        array.flags.writeable = False
    points = layer.weighted_points(candidates, settings)
    assert points.shape == (400,), "one number per candidate"
    assert points.dtype == np.float64
    _check_mirrored(layer, settings, candidates, points, mirrored)
    _check_bounded(layer, settings, candidates, points)
    _check_silent_on_nan(layer, settings, candidates)
    _check_reads_only_its_inputs(layer, settings, rng, candidates, points)
    _check_elementwise(layer, settings, candidates, points, rng.permutation(len(points)))
    _check_documented(layer)


def _check_mirrored(
    layer: Layer, settings: LayersSettings, candidates: Candidates, points: FloatArray, mirrored: Mirror
) -> None:
    opposite = layer.weighted_points(mirrored(candidates), settings)
    np.testing.assert_array_equal(opposite, points, "mirrored: LONG here is SHORT on the mirrored market")


def _check_bounded(
    layer: Layer, settings: LayersSettings, candidates: Candidates, points: FloatArray
) -> None:
    lowest, highest = layer.bounds(settings)
    assert lowest <= 0.0 <= highest
    assert points.min() >= lowest, "bounded below"
    assert points.max() <= highest, "bounded above"
    if layer.scope is Scope.MEAN_REVERSION:
        assert not points[candidates.trending].any(), "0 outside its regimes"


def _check_silent_on_nan(layer: Layer, settings: LayersSettings, candidates: Candidates) -> None:
    assert not layer.not_available(candidates).any(), "everything is known"
    for feature in layer.inputs:
        features = candidates.features.copy()
        features[feature] = np.nan
        blind = replace(candidates, features=features)
        assert not layer.weighted_points(blind, settings).any(), f"silent without {feature.name}"
        missing = layer.not_available(blind)
        assert (missing == (feature not in layer.absent_is_value)).all(), f"n/a without {feature.name}"


def _check_reads_only_its_inputs(
    layer: Layer,
    settings: LayersSettings,
    rng: np.random.Generator,
    candidates: Candidates,
    points: FloatArray,
) -> None:
    others = [feature for feature in Feature if feature not in layer.inputs]
    for noise in (np.nan, rng.normal(0.0, 100.0, (len(others), len(points)))):
        features = candidates.features.copy()
        features[others] = noise
        again = layer.weighted_points(replace(candidates, features=features), settings)
        np.testing.assert_array_equal(again, points, "reads nothing but its inputs")


def _check_elementwise(
    layer: Layer, settings: LayersSettings, candidates: Candidates, points: FloatArray, shuffled: IntArray
) -> None:
    orders = [shuffled, np.arange(7), np.array([3]), np.array([], dtype=np.int64)]
    for order in orders:
        part = layer.weighted_points(chosen(candidates, order), settings)
        np.testing.assert_array_equal(part, points[order], "elementwise: no candidate depends on another")


def _check_documented(layer: Layer) -> None:
    module = sys.modules[layer.points.__module__]
    assert module.__name__.rpartition(".")[2] == layer.name, "its file carries its name"
    assert (module.__doc__ or "").startswith(f"Layer {layer.number}: "), "its file says which layer it is"
    named = set(re.findall(r"`(\w+)`", layer.formula))
    section = getattr(LayersSettings(), layer.name)
    assert named == set(type(section).model_fields) - {"weight"}, "its formula names every number of its own"


def chosen(candidates: Candidates, order: np.ndarray) -> Candidates:
    """The candidates at these positions, in this order."""
    return Candidates(
        candidates.features[:, order],
        candidates.side[order],
        candidates.mean_reversion[order],
        candidates.trending[order],
        candidates.threshold[order],
        candidates.base[order],
    )


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_layer_keeps_the_contract_with_default_settings(layer: Layer, mirrored: Mirror) -> None:
    check_layer(layer, LayersSettings(), np.random.default_rng(layer.number), mirrored)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_layer_keeps_the_contract_whatever_the_settings(layer: Layer, mirrored: Mirror) -> None:
    rng = np.random.default_rng(100 + layer.number)
    for _ in range(20):
        check_layer(layer, chance_settings(rng), rng, mirrored)


@pytest.mark.parametrize("layer", LAYERS[1:], ids=lambda layer: layer.name)
def test_the_documented_bounds_are_reached_and_every_outcome_occurs(layer: Layer) -> None:
    settings = LayersSettings()
    points = layer.weighted_points(many(np.random.default_rng(5), 20_000), settings)
    assert set(points) == {0.0, *layer.outcomes(settings)}


def test_no_regime_has_a_base_above_the_one_that_layer_1_assumes() -> None:
    regimes = RegimeSettings()
    assert limits(regimes, "base")[1] == HIGHEST_BASE
    assert limits(regimes, "random_base")[1] == HIGHEST_BASE


def test_the_registry_holds_the_layers_1_to_22_in_order_without_that_of_the_account() -> None:
    assert [layer.number for layer in LAYERS] == [number for number in range(1, 23) if number != 18]
    assert len({layer.name for layer in LAYERS}) == len(LAYERS)


WHALE = next(layer for layer in LAYERS if layer.name == "whale")


def _with_a_side_forgotten(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    return np.where(candidates[Feature.WHALE_Z] > settings.whale.above, 15.0, 0.0)


def _beyond_its_bounds(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    return 2.0 * WHALE.points(candidates, settings)


def _with_a_default_for_a_missing_input(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    flow = candidates.sided(Feature.WHALE_Z)
    return np.where(np.isnan(flow) | (flow > settings.whale.above), 15.0, 0.0)


def _reading_more_than_it_says(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    return np.where(candidates[Feature.ADX] > 20.0, WHALE.points(candidates, settings), 0.0)


def _looking_at_the_other_candidates(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    flow = candidates.sided(Feature.WHALE_Z)
    return np.where(flow > np.mean(flow), 15.0, 0.0)


def _without_a_formula(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    return WHALE.points(candidates, settings)


def _changing_the_candidates(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    candidates.features[Feature.WHALE_Z] *= candidates.side
    return WHALE.points(candidates, settings)


@pytest.mark.parametrize(
    ("points", "complaint"),
    [
        (_with_a_side_forgotten, "mirrored"),
        (_beyond_its_bounds, "bounded"),
        (_with_a_default_for_a_missing_input, "silent without WHALE_Z"),
        (_reading_more_than_it_says, "reads nothing but its inputs"),
        (_looking_at_the_other_candidates, "elementwise"),
        (_without_a_formula, "its file carries its name"),
    ],
)
def test_the_check_finds_a_layer(
    points: Callable[[Candidates, LayersSettings], FloatArray], complaint: str, mirrored: Mirror
) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_layer(replace(WHALE, points=points), LayersSettings(), np.random.default_rng(3), mirrored)


def test_the_check_finds_a_layer_that_changes_its_candidates(mirrored: Mirror) -> None:
    with pytest.raises(ValueError, match="read-only"):
        check_layer(
            replace(WHALE, points=_changing_the_candidates),
            LayersSettings(),
            np.random.default_rng(3),
            mirrored,
        )


def test_the_check_finds_a_layer_that_gives_points_outside_its_regimes(mirrored: Mirror) -> None:
    with pytest.raises(AssertionError, match="outside its regimes"):
        check_layer(
            replace(WHALE, scope=Scope.MEAN_REVERSION), LayersSettings(), np.random.default_rng(3), mirrored
        )
