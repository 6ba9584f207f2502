"""What a layer is: one small pure function with its number, its inputs and its bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hhq.arrays import BoolArray, FloatArray
from hhq.features.catalogue import Feature
from hhq.settings.layers import LayersSettings


@dataclass(frozen=True, slots=True)
class Candidates:
    """Coin-candles that have passed the z gate and have a side; every array has k entries, one per candidate.

    ``features`` float64 (len(Feature), k); ``side`` float64, +1 LONG, −1 SHORT; ``mean_reversion`` bool (the random
    regime counts as mean reversion), ``trending`` bool is its complement; ``threshold`` the effective z threshold;
    ``base`` the base points of the regime.
    """

    features: FloatArray
    side: FloatArray
    mean_reversion: BoolArray
    trending: BoolArray
    threshold: FloatArray
    base: FloatArray

    def __getitem__(self, feature: Feature) -> FloatArray:
        return self.features[feature]

    def sided(self, feature: Feature) -> FloatArray:
        """Return the feature as a LONG would see it: its sign turned for a SHORT."""
        return self.features[feature] * self.side


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the score.

    ``points`` maps k candidates to k points (float64); it must give 0 where an input is NaN, be mirrored (LONG on a
    market = SHORT on the mirrored market) and stay within ``lowest`` … ``highest``.
    """

    number: int
    name: str
    inputs: tuple[Feature, ...]
    lowest: float
    highest: float
    points: Callable[[Candidates, LayersSettings], FloatArray]

    @property
    def formula(self) -> str:
        """Return the documentation of the layer's rule."""
        return (self.points.__doc__ or "").strip()
