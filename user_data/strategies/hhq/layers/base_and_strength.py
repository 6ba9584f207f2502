"""Layer 1: the base of the regime, and how far z is beyond its threshold."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.settings.layers import LayersSettings

HIGHEST_BASE = 60.0
"""The regime settings allow no higher base."""


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Base of the regime + min(`most_points`, whole part of (|z| − threshold) × `points_per_deviation`).

    The same in every regime and for both sides; the candidate brings the base of its regime. Without z, threshold
    or base the whole layer gives 0. |z| below the threshold gives no strength points, but never a deduction.
    """
    rule = settings.base_and_strength
    beyond = np.abs(candidates[Feature.ZSCORE]) - candidates.threshold
    strength = np.floor(np.maximum(beyond * rule.points_per_deviation, 0.0))
    total = candidates.base + np.minimum(strength, rule.most_points)
    return np.where(np.isnan(total), 0.0, total)


LAYER = Layer(
    number=1,
    name="base_and_strength",
    inputs=(Feature.ZSCORE,),
    points=points,
    outcomes=lambda settings: (HIGHEST_BASE + settings.base_and_strength.most_points,),
)
