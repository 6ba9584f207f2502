"""Layer 7: large trades flow in the side's direction."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Whale z > `above` → `points`.

    The same in every regime; flow against the side costs nothing. SHORT: the whale z negated.
    """
    rule = settings.whale
    return first_row((candidates.sided(Feature.WHALE_Z) > rule.above, rule.points))


LAYER = Layer(
    number=7,
    name="whale",
    inputs=(Feature.WHALE_Z,),
    points=points,
    outcomes=lambda settings: (settings.whale.points,),
)
