"""Layer 16: the order book shifts in the side's favour, or against it."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Trend t > `strong_above` → `strong_points`; > `weak_above` → `weak_points`; t < −`against_above` →
    `against_points`.

    The same in every regime. SHORT: t negated.
    """
    rule = settings.imbalance_trend
    trend = candidates.sided(Feature.IMBALANCE_TREND)
    return first_row(
        (trend > rule.strong_above, rule.strong_points),
        (trend > rule.weak_above, rule.weak_points),
        (trend < -rule.against_above, rule.against_points),
    )


LAYER = Layer(
    number=16,
    name="imbalance_trend",
    inputs=(Feature.IMBALANCE_TREND,),
    points=points,
    outcomes=lambda settings: (
        settings.imbalance_trend.strong_points,
        settings.imbalance_trend.weak_points,
        settings.imbalance_trend.against_points,
    ),
)
