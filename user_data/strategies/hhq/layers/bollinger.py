"""Layer 20: price is beyond the Bollinger band at which the regime trades."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Mean reversion: position < −`beyond` → `points`; trending: position > `beyond` → `points`.

    A mean-reversion LONG buys at the lower band, a trend LONG at the upper one. SHORT: the position negated.
    """
    rule = settings.bollinger
    position = candidates.sided(Feature.BB_POSITION)
    outward = np.where(candidates.trending, position, -position)
    return first_row((outward > rule.beyond, rule.points))


LAYER = Layer(
    number=20,
    name="bollinger",
    inputs=(Feature.BB_POSITION,),
    points=points,
    outcomes=lambda settings: (settings.bollinger.points,),
)
