"""Layer 23: the trained model's confidence that the signal ends in profit; its input is none of the features."""

from __future__ import annotations

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.settings.layers import LayersSettings

NUMBER = 23
NAME = "model_confidence"


def points(confidence: FloatArray, gate_holds: bool, settings: LayersSettings) -> FloatArray:
    """Confidence p of 0 … 1 → `points_per_probability` × (p − `neutral`), rounded, within ±`most_points`.

    The same in every regime and for both sides: p is the probability that this signal, on its side, ends in
    profit. Halves round to the even number. 0 (n/a) where p is missing (NaN), and for all candidates while the
    model has not passed its walk-forward gate.
    """
    rule = settings.model_confidence
    rounded = np.rint(rule.points_per_probability * (confidence - rule.neutral))
    bounded = np.clip(rounded, -rule.most_points, rule.most_points) * rule.weight + 0.0
    return np.where(not_available(confidence, gate_holds), 0.0, bounded)


def not_available(confidence: FloatArray, gate_holds: bool) -> BoolArray:
    """Return for each candidate, bool (k,), whether the model has nothing to say."""
    return np.isnan(confidence) | (not gate_holds)


def outcomes(settings: LayersSettings) -> tuple[float, ...]:
    """Return the fewest and the most points that the layer can give."""
    most = settings.model_confidence.most_points * settings.model_confidence.weight
    return -most, most
