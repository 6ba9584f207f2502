"""Layer 13: price is in the zone from which it reverts to the VWAP."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer, Scope
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Mean reversion: −`zone_far` ≤ VWAP z ≤ −`zone_near` → `zone_points`; |VWAP z| > `far_above` →
    `far_points`.

    Trending: 0 in both rows. The zone includes both of its ends. SHORT: the VWAP z negated.
    """
    rule = settings.vwap_zone
    distance = candidates.sided(Feature.VWAP_ZSCORE)
    inside = (distance >= -rule.zone_far) & (distance <= -rule.zone_near)
    return first_row(
        (candidates.mean_reversion & inside, rule.zone_points),
        (candidates.mean_reversion & (np.abs(distance) > rule.far_above), rule.far_points),
    )


LAYER = Layer(
    number=13,
    name="vwap_zone",
    inputs=(Feature.VWAP_ZSCORE,),
    points=points,
    outcomes=lambda settings: (settings.vwap_zone.zone_points, settings.vwap_zone.far_points),
    scope=Scope.MEAN_REVERSION,
)
