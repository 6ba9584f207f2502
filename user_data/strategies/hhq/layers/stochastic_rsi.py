"""Layer 21: the stochastic RSI turns back from its extreme."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Mean reversion: BULLISH cross with K < `oversold_below` → `cross_points`; K < `oversold_below` without
    a cross → `oversold_points`.

    Trending: a cross in the side's direction → `trending_points`, within the range of K that the feature itself
    requires of a cross. K = 0 is a value and not n/a. SHORT: 100 − K, the cross negated.
    """
    rule = settings.stochastic_rsi
    k, cross = candidates.sided_of_100(Feature.STOCH_RSI_K), candidates.sided(Feature.STOCH_RSI_CROSS)
    oversold = candidates.mean_reversion & (k < rule.oversold_below)
    return first_row(
        (oversold & (cross > 0.0), rule.cross_points),
        (oversold & (cross == 0.0), rule.oversold_points),
        (candidates.trending & (cross > 0.0) & ~np.isnan(k), rule.trending_points),
    )


LAYER = Layer(
    number=21,
    name="stochastic_rsi",
    inputs=(Feature.STOCH_RSI_K, Feature.STOCH_RSI_CROSS),
    points=points,
    outcomes=lambda settings: (
        settings.stochastic_rsi.cross_points,
        settings.stochastic_rsi.oversold_points,
        settings.stochastic_rsi.trending_points,
    ),
)
