"""Layer 10: RSI momentum."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """RSI < `very_oversold_below` → `very_oversold_points`; < `oversold_below` → `oversold_points`; >
    `overbought_above` → `overbought_points`.

    These rows are for mean reversion. Trending: `trend_from` ≤ RSI ≤ `trend_to` → `trend_points`, else 0.
    SHORT: 100 − RSI.
    """
    rule = settings.rsi
    rsi = candidates.sided_of_100(Feature.RSI)
    reverting = candidates.mean_reversion
    return first_row(
        (reverting & (rsi < rule.very_oversold_below), rule.very_oversold_points),
        (reverting & (rsi < rule.oversold_below), rule.oversold_points),
        (reverting & (rsi > rule.overbought_above), rule.overbought_points),
        (candidates.trending & (rsi >= rule.trend_from) & (rsi <= rule.trend_to), rule.trend_points),
    )


LAYER = Layer(
    number=10,
    name="rsi",
    inputs=(Feature.RSI,),
    points=points,
    outcomes=lambda settings: (
        settings.rsi.very_oversold_points,
        settings.rsi.oversold_points,
        settings.rsi.overbought_points,
        settings.rsi.trend_points,
    ),
)
