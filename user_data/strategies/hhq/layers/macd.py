"""Layer 19: the MACD crosses in the side's direction."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Cross on this candle in the side's direction → `points`; a cross against it costs nothing.

    The same in every regime. SHORT: the cross negated.
    """
    return first_row((candidates.sided(Feature.MACD_CROSS) > 0.0, settings.macd.points))


LAYER = Layer(
    number=19,
    name="macd",
    inputs=(Feature.MACD_CROSS,),
    points=points,
    outcomes=lambda settings: (settings.macd.points,),
)
