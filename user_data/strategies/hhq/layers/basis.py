"""Layer 6: the perpetual trades at a discount to the index (contrarian)."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer, Scope
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Mean reversion: basis < −`discount` → `points`; trending: 0.

    SHORT: the basis negated, so a premium favours it.
    """
    rule = settings.basis
    basis = candidates.sided(Feature.BASIS_PCT)
    return first_row((candidates.mean_reversion & (basis < -rule.discount), rule.points))


LAYER = Layer(
    number=6,
    name="basis",
    inputs=(Feature.BASIS_PCT,),
    points=points,
    outcomes=lambda settings: (settings.basis.points,),
    scope=Scope.MEAN_REVERSION,
)
