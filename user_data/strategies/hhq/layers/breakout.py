"""Layer 9: a breakout on volume, in the side's direction or against it."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """H > `hurst_above` and a breakout in the side's direction → `with_points`; mean reversion against a
    breakout → `against_points`.

    The first row is the same in every regime (in the random regime H may be above the limit); the second is for
    mean reversion at any H, and a trend candidate against a breakout gets 0. The breakout happens on this very
    candle, so it is always fresh. SHORT: the breakout's direction negated.
    """
    rule = settings.breakout
    breakout, hurst = candidates.sided(Feature.BREAKOUT), candidates[Feature.HURST]
    known = ~np.isnan(hurst)
    return first_row(
        ((breakout > 0.0) & (hurst > rule.hurst_above), rule.with_points),
        (candidates.mean_reversion & (breakout < 0.0) & known, rule.against_points),
    )


LAYER = Layer(
    number=9,
    name="breakout",
    inputs=(Feature.BREAKOUT, Feature.HURST),
    points=points,
    outcomes=lambda settings: (settings.breakout.with_points, settings.breakout.against_points),
)
