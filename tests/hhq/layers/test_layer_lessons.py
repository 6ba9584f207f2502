"""Defects that an earlier system really had, as far as the layers could have them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers import LAYERS, points_per_layer
from hhq.layers.layer import Candidates
from hhq.settings.layers import LayersSettings

BY_NAME = {layer.name: layer for layer in LAYERS}


def _naming_something_undefined(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    raise NameError(f"of {len(candidates.side)} candidates")


def test_lesson_11_a_layer_that_raises_is_not_swallowed(one: Callable[..., Candidates]) -> None:
    broken = replace(BY_NAME["whale"], points=_naming_something_undefined)
    layers = tuple(broken if layer.name == "whale" else layer for layer in LAYERS)
    with pytest.raises(NameError, match="of 1 candidates"):
        points_per_layer(one({Feature.WHALE_Z: 3.0}), LayersSettings(), layers)


def test_lesson_1_a_missing_imbalance_is_not_a_balanced_book(one: Callable[..., Candidates]) -> None:
    layer = BY_NAME["order_book_imbalance"]
    balanced, missing = one({Feature.IMBALANCE: 0.0}), one({})
    assert not layer.not_available(balanced).any()
    assert layer.not_available(missing).all()
    assert layer.points(missing, LayersSettings()) == [0.0]


def test_lesson_1_a_coin_of_which_nothing_is_known_has_no_points_and_every_layer_says_so(
    one: Callable[..., Candidates],
) -> None:
    nothing = one({})
    assert not points_per_layer(nothing, LayersSettings()).any()
    assert all(layer.not_available(nothing).all() for layer in LAYERS)


def test_lesson_8_a_stochastic_rsi_of_zero_is_a_value(one: Callable[..., Candidates]) -> None:
    layer = BY_NAME["stochastic_rsi"]
    zero = one({Feature.STOCH_RSI_K: 0.0, Feature.STOCH_RSI_CROSS: 0.0})
    assert layer.points(zero, LayersSettings()) == [5.0]
    assert not layer.not_available(zero).any()


def test_lesson_16_a_bonus_of_one_layer_leaves_the_penalty_of_another_standing(
    one: Callable[..., Candidates],
) -> None:
    penalty = {Feature.DAILY_TREND: -2.0, Feature.FUNDING_RATE: 0.05}
    bonus = {Feature.WHALE_Z: 3.0, Feature.IMBALANCE: 50.0, Feature.SMT: 1.0}
    alone = points_per_layer(one(penalty), LayersSettings())
    both = points_per_layer(one(penalty | bonus), LayersSettings())
    assert alone.sum() == -25.0
    assert (both[alone < 0.0] == alone[alone < 0.0]).all()
    assert both.sum() == -25.0 + 15.0 + 20.0 + 10.0


def test_a_price_far_from_its_gap_is_no_missing_input_but_a_coin_without_an_atr_is(
    one: Callable[..., Candidates],
) -> None:
    layer = BY_NAME["fair_value_gap"]
    no_gap = one({Feature.FVG: 0.0, Feature.ATR: 1.0})
    no_atr = one({Feature.FVG: 1.0, Feature.FVG_DISTANCE: 0.1})
    assert not layer.not_available(no_gap).any()
    assert layer.not_available(no_atr).all()


def test_no_points_are_a_plain_zero_never_a_negative_one(one: Callable[..., Candidates]) -> None:
    points = points_per_layer(
        one({feature: 0.0 for feature in Feature if feature != Feature.CLOSE}), LayersSettings()
    )
    assert not np.signbit(points[points == 0.0]).any()
