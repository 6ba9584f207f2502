"""Layer 15: ADX and Hurst agree that the coin moves in a range."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """ADX < `adx_below` and H < `hurst_below` → `points`.

    The same for both sides. H itself counts and not the regime: with the default limits that is mean reversion
    only, without the random regime.
    """
    rule = settings.range_regime
    ranging = (candidates[Feature.ADX] < rule.adx_below) & (candidates[Feature.HURST] < rule.hurst_below)
    return first_row((ranging, rule.points))


LAYER = Layer(
    number=15,
    name="range_regime",
    inputs=(Feature.ADX, Feature.HURST),
    points=points,
    outcomes=lambda settings: (settings.range_regime.points,),
)
