"""Every row of every layer at its threshold, with default settings: for LONG, and for SHORT on the mirror."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hhq.features.catalogue import Feature
from hhq.layers import LAYERS, points_per_layer
from hhq.layers.layer import Candidates
from hhq.settings.layers import LayersSettings

BY_NAME = {layer.name: layer for layer in LAYERS}
MR, TREND = False, True
NAN = float("nan")
Row = tuple[tuple[float, ...], float]


def rows(name: str, trending: bool, *table: Row) -> list[tuple[str, bool, tuple[float, ...], float]]:
    return [(name, trending, inputs, points) for inputs, points in table]


def in_both(name: str, *table: Row) -> list[tuple[str, bool, tuple[float, ...], float]]:
    return rows(name, MR, *table) + rows(name, TREND, *table)


# Inputs are in the order in which the layer declares them.
TABLE = [
    *in_both(
        "order_book_imbalance",
        ((100.0,), 20.0),
        ((10.0,), 20.0),
        ((9.99,), 15.0),
        ((5.0,), 15.0),
        ((4.99,), 10.0),
        ((2.0,), 10.0),
        ((1.99,), 0.0),
        ((0.0,), 0.0),
        ((-50.0,), 0.0),
    ),
    *rows("vwap_distance", MR, ((-0.71,), 20.0), ((-0.7,), 0.0), ((0.71,), 0.0)),
    *rows("vwap_distance", TREND, ((0.71,), 10.0), ((0.7,), 0.0), ((-0.71,), 0.0)),
    *in_both(
        "daily_trend", ((2.0,), 15.0), ((1.0,), 10.0), ((0.0,), 0.0), ((-1.0,), -10.0), ((-2.0,), -20.0)
    ),
    *in_both(
        "liquidations",
        ((100_001.0, 0.0), 15.0),
        ((100_000.0, 0.0), 10.0),
        ((50_001.0, 0.0), 10.0),
        ((50_000.0, 0.0), 5.0),
        ((20_001.0, 0.0), 5.0),
        ((20_000.0, 0.0), 0.0),
        ((0.0, 500_000.0), 0.0),
        ((100_001.0, NAN), 0.0),
    ),
    *rows("basis", MR, ((-0.021,), 10.0), ((-0.02,), 0.0), ((0.5,), 0.0)),
    *rows("basis", TREND, ((-0.021,), 0.0), ((0.5,), 0.0)),
    *in_both("whale", ((2.01,), 15.0), ((2.0,), 0.0), ((-5.0,), 0.0)),
    *in_both(
        "fair_value_gap",
        ((1.0, 0.0, 2.0), 10.0),
        ((1.0, 2.0, 2.0), 10.0),
        ((1.0, 2.01, 2.0), 0.0),
        ((-1.0, 2.0, 2.0), -10.0),
        ((-1.0, 2.01, 2.0), 0.0),
        ((0.0, NAN, 2.0), 0.0),
    ),
    *rows(
        "breakout",
        MR,
        ((1.0, 0.51), 15.0),
        ((1.0, 0.5), 0.0),
        ((-1.0, 0.2), -10.0),
        ((-1.0, 0.51), -10.0),
        ((-1.0, NAN), 0.0),
        ((0.0, 0.51), 0.0),
    ),
    *rows("breakout", TREND, ((1.0, 0.6), 15.0), ((-1.0, 0.6), 0.0), ((0.0, 0.6), 0.0)),
    *rows(
        "rsi",
        MR,
        ((0.0,), 8.0),
        ((24.9,), 8.0),
        ((25.0,), 5.0),
        ((34.9,), 5.0),
        ((35.0,), 0.0),
        ((60.0,), 0.0),
        ((75.0,), 0.0),
        ((75.1,), -5.0),
    ),
    *rows(
        "rsi",
        TREND,
        ((49.9,), 0.0),
        ((50.0,), 5.0),
        ((70.0,), 5.0),
        ((70.1,), 0.0),
        ((10.0,), 0.0),
        ((90.0,), 0.0),
    ),
    *in_both(
        "volume",
        ((2.0,), 8.0),
        ((1.99,), 5.0),
        ((1.5,), 5.0),
        ((1.49,), 0.0),
        ((0.5,), 0.0),
        ((0.49,), -5.0),
        ((0.0,), -5.0),
    ),
    *in_both("smt", ((1.0,), 10.0), ((0.0,), 0.0), ((-1.0,), -5.0)),
    *rows(
        "vwap_zone",
        MR,
        ((-0.49,), 0.0),
        ((-0.5,), 5.0),
        ((-2.0,), 5.0),
        ((-2.01,), 0.0),
        ((-3.0,), 0.0),
        ((-3.01,), -5.0),
        ((3.0,), 0.0),
        ((3.01,), -5.0),
        ((1.0,), 0.0),
    ),
    *rows("vwap_zone", TREND, ((-1.0,), 0.0), ((-3.01,), 0.0), ((3.01,), 0.0)),
    *rows(
        "point_of_control",
        MR,
        ((100.0, 100.49), 8.0),
        ((100.0, 100.5), 3.0),
        ((100.0, 101.99), 3.0),
        ((100.0, 102.0), 0.0),
        ((100.0, 100.0), 0.0),
        ((100.0, 99.9), 0.0),
        ((100.0, 98.5), 0.0),
    ),
    *rows("point_of_control", TREND, ((100.0, 100.49), 0.0), ((100.0, 101.0), 0.0)),
    *in_both(
        "range_regime",
        ((19.9, 0.449), 10.0),
        ((20.0, 0.449), 0.0),
        ((19.9, 0.45), 0.0),
    ),
    *in_both(
        "imbalance_trend",
        ((5.1,), 8.0),
        ((5.0,), 5.0),
        ((2.1,), 5.0),
        ((2.0,), 0.0),
        ((-5.0,), 0.0),
        ((-5.1,), -5.0),
    ),
    *in_both(
        "funding",
        ((0.09,), -5.0),
        ((0.031,), -5.0),
        ((0.03,), -3.0),
        ((0.011,), -3.0),
        ((0.01,), 0.0),
        ((0.0,), 0.0),
        ((-0.01,), 0.0),
        ((-0.011,), 3.0),
        ((-0.03,), 3.0),
        ((-0.031,), 8.0),
        ((-0.08,), 8.0),
        ((-0.081,), 10.0),
    ),
    *in_both("macd", ((1.0,), 8.0), ((0.0,), 0.0), ((-1.0,), 0.0)),
    *rows("bollinger", MR, ((-0.81,), 8.0), ((-0.8,), 0.0), ((0.81,), 0.0), ((-1.5,), 8.0)),
    *rows("bollinger", TREND, ((0.81,), 8.0), ((0.8,), 0.0), ((-0.81,), 0.0), ((1.5,), 8.0)),
    *rows(
        "stochastic_rsi",
        MR,
        ((0.0, 0.0), 5.0),
        ((19.9, 1.0), 8.0),
        ((19.9, 0.0), 5.0),
        ((20.0, 1.0), 0.0),
        ((20.0, 0.0), 0.0),
        ((90.0, -1.0), 0.0),
    ),
    *rows(
        "stochastic_rsi",
        TREND,
        ((29.0, 1.0), 5.0),
        ((10.0, 0.0), 0.0),
        ((90.0, -1.0), 0.0),
        ((NAN, 1.0), 0.0),
    ),
    *rows("ema", MR, ((1.0, 1.0), 5.0), ((0.0, 1.0), 0.0), ((-1.0, -1.0), 0.0), ((1.0, NAN), 0.0)),
    *rows("ema", TREND, ((1.0, 1.0), 5.0), ((0.0, 1.0), 5.0), ((0.0, -1.0), 0.0), ((NAN, 1.0), 0.0)),
]


@pytest.mark.parametrize(
    ("name", "trending", "inputs", "points"),
    TABLE,
    ids=[f"{name}-{'trending' if trending else 'reverting'}-{inputs}" for name, trending, inputs, _ in TABLE],
)
def test_a_layer_gives_the_documented_points_at_its_threshold(
    name: str,
    trending: bool,
    inputs: tuple[float, ...],
    points: float,
    one: Callable[..., Candidates],
    mirrored: Callable[[Candidates], Candidates],
) -> None:
    layer = BY_NAME[name]
    long = one(dict(zip(layer.inputs, inputs, strict=True)), trending=trending)
    assert layer.points(long, LayersSettings()) == [points]
    assert layer.points(mirrored(long), LayersSettings()) == [points]


@pytest.mark.parametrize("trending", [MR, TREND])
@pytest.mark.parametrize(
    ("z", "threshold", "base", "points"),
    [
        (-1.6, 1.6, 45.0, 45.0),
        (-1.799, 1.6, 45.0, 45.0),
        (-1.801, 1.6, 45.0, 46.0),
        (2.5, 2.0, 40.0, 42.0),
        (-2.599, 1.6, 45.0, 49.0),
        (-3.601, 1.6, 45.0, 55.0),
        (9.0, 1.6, 40.0, 50.0),
        (1.0, 1.6, 45.0, 45.0),
        (NAN, 1.6, 45.0, 0.0),
        (2.0, NAN, 45.0, 0.0),
        (2.0, 1.6, NAN, 0.0),
    ],
)
def test_layer_1_adds_the_whole_part_of_the_strength_to_the_base_up_to_ten(
    z: float,
    threshold: float,
    base: float,
    points: float,
    trending: bool,
    one: Callable[..., Candidates],
    mirrored: Callable[[Candidates], Candidates],
) -> None:
    candidate = one({Feature.ZSCORE: z}, trending=trending, threshold=threshold, base=base)
    for seen in (candidate, mirrored(candidate)):
        assert BY_NAME["base_and_strength"].points(seen, LayersSettings()) == [points]


def test_every_layer_but_the_account_layer_has_its_rows_in_the_table() -> None:
    assert {name for name, *_ in TABLE} | {"base_and_strength"} == set(BY_NAME)


def test_points_per_layer_are_those_of_each_layer_in_order(one: Callable[..., Candidates]) -> None:
    candidate = one({Feature.WHALE_Z: 3.0, Feature.ZSCORE: -2.0, Feature.SMT: -1.0})
    points = points_per_layer(candidate, LayersSettings())
    assert points.shape == (len(LAYERS), 1)
    given = {layer.name: value for layer, value in zip(LAYERS, points[:, 0], strict=True) if value}
    assert given == {"base_and_strength": 46.0, "whale": 15.0, "smt": -5.0}


def test_points_without_any_candidate_are_empty() -> None:
    nothing = np.empty(0)
    none = Candidates(np.empty((len(Feature), 0)), nothing, nothing > 0, nothing > 0, nothing, nothing)
    assert points_per_layer(none, LayersSettings()).shape == (len(LAYERS), 0)


def test_a_changed_number_changes_the_points(one: Callable[..., Candidates]) -> None:
    settings = LayersSettings.model_validate({"whale": {"above": 3.0, "points": 7.0}})
    layer = BY_NAME["whale"]
    assert layer.points(one({Feature.WHALE_Z: 2.9}), settings) == [0.0]
    assert layer.points(one({Feature.WHALE_Z: 3.1}), settings) == [7.0]
    assert layer.bounds(settings) == (0.0, 7.0)
