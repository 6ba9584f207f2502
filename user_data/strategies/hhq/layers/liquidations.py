"""Layer 5: positions of the opposite side were liquidated in the last 30 seconds."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Shorts liquidated > `large_above` → `large_points`; > `medium_above` → `medium_points`; > `small_above`
    → `small_points`.

    The same in every regime. A SHORT counts liquidated longs. Both come from one stream: when either is missing,
    the layer gives nothing to either side.
    """
    rule = settings.liquidations
    shorts, longs = candidates[Feature.LIQUIDATED_SHORTS], candidates[Feature.LIQUIDATED_LONGS]
    notional = np.where(candidates.side > 0, shorts, longs)
    notional[np.isnan(shorts + longs)] = np.nan
    return first_row(
        (notional > rule.large_above, rule.large_points),
        (notional > rule.medium_above, rule.medium_points),
        (notional > rule.small_above, rule.small_points),
    )


LAYER = Layer(
    number=5,
    name="liquidations",
    inputs=(Feature.LIQUIDATED_SHORTS, Feature.LIQUIDATED_LONGS),
    points=points,
    outcomes=lambda settings: (
        settings.liquidations.large_points,
        settings.liquidations.medium_points,
        settings.liquidations.small_points,
    ),
)
