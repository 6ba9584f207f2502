"""Layer 12: BTC and ETH diverge (smart money technique)."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """BULLISH divergence → `with_points`; BEARISH → `against_points`.

    The same in every regime. SHORT: the divergence's direction negated.
    """
    rule = settings.smt
    divergence = candidates.sided(Feature.SMT)
    return first_row(
        (divergence > 0.0, rule.with_points),
        (divergence < 0.0, rule.against_points),
    )


LAYER = Layer(
    number=12,
    name="smt",
    inputs=(Feature.SMT,),
    points=points,
    outcomes=lambda settings: (settings.smt.with_points, settings.smt.against_points),
)
