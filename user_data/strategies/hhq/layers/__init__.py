"""The score layers in order of their number. Adding a layer takes one file, one settings section and one line here.

How the total is formed: the raw sum of a market decision is the sum over ``LAYERS`` plus layer 23
(``model_confidence``, whose probability comes from outside the features). Every layer is added on its own, so no
bonus replaces a penalty. The market score follows from the raw sum (docs/signal.md). Layer 18 (``trade_pattern``)
is not part of it: it depends on the account and is added to the market score at the entry (docs/signal.md).
"""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.layers import (
    base_and_strength,
    basis,
    bollinger,
    breakout,
    daily_trend,
    ema,
    fair_value_gap,
    funding,
    imbalance_trend,
    liquidations,
    macd,
    order_book_imbalance,
    point_of_control,
    range_regime,
    rsi,
    smt,
    stochastic_rsi,
    volume,
    vwap_distance,
    vwap_zone,
    whale,
)
from hhq.layers.layer import Bounds, Candidates, Layer, Scope
from hhq.settings.layers import LayersSettings

__all__ = ["LAYERS", "Bounds", "Candidates", "Layer", "Scope", "points_per_layer"]

LAYERS: tuple[Layer, ...] = (
    base_and_strength.LAYER,
    order_book_imbalance.LAYER,
    vwap_distance.LAYER,
    daily_trend.LAYER,
    liquidations.LAYER,
    basis.LAYER,
    whale.LAYER,
    fair_value_gap.LAYER,
    breakout.LAYER,
    rsi.LAYER,
    volume.LAYER,
    smt.LAYER,
    vwap_zone.LAYER,
    point_of_control.LAYER,
    range_regime.LAYER,
    imbalance_trend.LAYER,
    funding.LAYER,
    macd.LAYER,
    bollinger.LAYER,
    stochastic_rsi.LAYER,
    ema.LAYER,
)


def points_per_layer(
    candidates: Candidates, settings: LayersSettings, layers: tuple[Layer, ...] = LAYERS
) -> FloatArray:
    """Return the points of every layer times its weight, float64 (len(layers), k), in the order of ``layers``.

    A layer's exception is not caught: a layer that raises is a bug, and a bug never counts as 0 points.
    """
    points = np.empty((len(layers), len(candidates.side)))
    for row, layer in enumerate(layers):
        points[row] = layer.weighted_points(candidates, settings)
    return points
