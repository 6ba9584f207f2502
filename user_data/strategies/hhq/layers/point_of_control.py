"""Layer 14: the volume profile's point of control (POC) attracts price."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer, Scope
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Mean reversion, close below the POC, (POC − close)/close < `at_below` % → `at_points`; < `near_below` %
    → `near_points`.

    Trending: 0. In both rows the POC must lie ahead of price: above it for a LONG, below it for a SHORT; exactly
    at the POC there is nowhere left to go, and the layer gives 0.
    """
    rule = settings.point_of_control
    close = candidates[Feature.CLOSE]
    way = (candidates[Feature.POC] - close) * candidates.side / close * 100.0
    ahead = candidates.mean_reversion & (way > 0.0)
    return first_row(
        (ahead & (way < rule.at_below), rule.at_points),
        (ahead & (way < rule.near_below), rule.near_points),
    )


LAYER = Layer(
    number=14,
    name="point_of_control",
    inputs=(Feature.CLOSE, Feature.POC),
    points=points,
    outcomes=lambda settings: (settings.point_of_control.at_points, settings.point_of_control.near_points),
    scope=Scope.MEAN_REVERSION,
)
