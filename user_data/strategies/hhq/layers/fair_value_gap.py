"""Layer 8: the nearest unmitigated fair value gap is close by."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Nearest gap BULLISH and at most `within` ATR (5m) away → `with_points`; BEARISH → `against_points`.

    The same in every regime; a distance of exactly the limit counts as within, and a price inside the gap has
    distance 0. "No gap" is a known value (0 points) and not n/a, although the distance is NaN then. SHORT: the
    gap's direction negated.
    """
    rule = settings.fair_value_gap
    gap = candidates.sided(Feature.FVG)
    near = candidates[Feature.FVG_DISTANCE] <= rule.within * candidates[Feature.ATR]
    return first_row(
        (near & (gap > 0.0), rule.with_points),
        (near & (gap < 0.0), rule.against_points),
    )


LAYER = Layer(
    number=8,
    name="fair_value_gap",
    inputs=(Feature.FVG, Feature.FVG_DISTANCE, Feature.ATR),
    points=points,
    outcomes=lambda settings: (settings.fair_value_gap.with_points, settings.fair_value_gap.against_points),
    absent_is_value=(Feature.FVG_DISTANCE,),
)
