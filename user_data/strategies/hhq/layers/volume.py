"""Layer 11: volume compared with the candles before."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Volume ratio ≥ `spike_from` → `spike_points`; ≥ `raised_from` → `raised_points`; < `thin_below` →
    `thin_points`.

    The same in every regime and for both sides.
    """
    rule = settings.volume
    ratio = candidates[Feature.VOLUME_RATIO]
    return first_row(
        (ratio >= rule.spike_from, rule.spike_points),
        (ratio >= rule.raised_from, rule.raised_points),
        (ratio < rule.thin_below, rule.thin_points),
    )


LAYER = Layer(
    number=11,
    name="volume",
    inputs=(Feature.VOLUME_RATIO,),
    points=points,
    outcomes=lambda settings: (
        settings.volume.spike_points,
        settings.volume.raised_points,
        settings.volume.thin_points,
    ),
)
