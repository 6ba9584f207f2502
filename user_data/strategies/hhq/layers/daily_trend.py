"""Layer 4: the coin's trend over 24 hours."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """STRONG_BULLISH → `strong_with_points`; BULLISH → `with_points`; BEARISH → `against_points`;
    STRONG_BEARISH → `strong_against_points`.

    NEUTRAL → 0. The same in every regime. The feature's codes run from −2 (STRONG_BEARISH) to +2
    (STRONG_BULLISH). SHORT: the code negated, so a SHORT on a STRONG_BEARISH coin gets `strong_with_points`.
    """
    rule = settings.daily_trend
    trend = candidates.sided(Feature.DAILY_TREND)
    return first_row(
        (trend >= 2.0, rule.strong_with_points),
        (trend >= 1.0, rule.with_points),
        (trend <= -2.0, rule.strong_against_points),
        (trend <= -1.0, rule.against_points),
    )


LAYER = Layer(
    number=4,
    name="daily_trend",
    inputs=(Feature.DAILY_TREND,),
    points=points,
    outcomes=lambda settings: (
        settings.daily_trend.strong_with_points,
        settings.daily_trend.with_points,
        settings.daily_trend.against_points,
        settings.daily_trend.strong_against_points,
    ),
)
