"""Layer 3: distance to the VWAP, on the side of it where the regime trades."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Mean reversion: VWAP z < −`distance` → `mean_reversion_points`; trending: > `distance` →
    `trending_points`.

    A mean-reversion LONG buys below the VWAP, a trend LONG above it. SHORT: the VWAP z negated.
    """
    rule = settings.vwap_distance
    distance = candidates.sided(Feature.VWAP_ZSCORE)
    return first_row(
        (candidates.mean_reversion & (distance < -rule.distance), rule.mean_reversion_points),
        (candidates.trending & (distance > rule.distance), rule.trending_points),
    )


LAYER = Layer(
    number=3,
    name="vwap_distance",
    inputs=(Feature.VWAP_ZSCORE,),
    points=points,
    outcomes=lambda settings: (
        settings.vwap_distance.mean_reversion_points,
        settings.vwap_distance.trending_points,
    ),
)
