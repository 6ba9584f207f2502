"""Layer 22: EMA 8 against EMA 21."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """EMA 8 crosses EMA 21 on this candle in the side's direction → `points`; trending: EMA 8 above EMA 21 →
    `points` as well.

    Mean reversion counts only the cross. Cross and state together give `points` once. SHORT: cross and state
    negated.
    """
    cross, state = candidates.sided(Feature.EMA_CROSS), candidates.sided(Feature.EMA_STATE)
    confirmed = (cross > 0.0) | (candidates.trending & (state > 0.0))
    return first_row((confirmed & ~np.isnan(cross + state), settings.ema.points))


LAYER = Layer(
    number=22,
    name="ema",
    inputs=(Feature.EMA_CROSS, Feature.EMA_STATE),
    points=points,
    outcomes=lambda settings: (settings.ema.points,),
)
