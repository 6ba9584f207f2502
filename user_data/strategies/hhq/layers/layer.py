"""What a layer is: one small pure function with a number, inputs and bounds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.features.catalogue import Feature
from hhq.settings.layers import LayerSection, LayersSettings


@dataclass(frozen=True, slots=True)
class Candidates:
    """Coin-candles that have passed the z gate and have a side; every array has k entries, one per candidate.

    ``features`` float64 (len(Feature), k); ``side`` float64, +1 LONG, −1 SHORT; ``mean_reversion`` bool (the
    random regime counts as mean reversion), ``trending`` bool is its complement; ``threshold`` the effective
    z threshold; ``base`` the base points of the regime.
    """

    features: FloatArray
    side: FloatArray
    mean_reversion: BoolArray
    trending: BoolArray
    threshold: FloatArray
    base: FloatArray

    def __getitem__(self, feature: Feature) -> FloatArray:
        values: FloatArray = self.features[feature]
        return values

    def sided(self, feature: Feature) -> FloatArray:
        """Return the feature, float64 (k,), as a LONG would see it: with its sign flipped for a SHORT."""
        return self[feature] * self.side

    def sided_of_100(self, feature: Feature) -> FloatArray:
        """Return an oscillator of 0 … 100, float64 (k,), as a LONG would see it: 100 minus the value for a SHORT."""
        values = self[feature]
        return np.where(self.side > 0, values, 100.0 - values)


class Bounds(NamedTuple):
    """Fewest and most points that a layer can give; 0 is never outside them."""

    lowest: float
    highest: float

    @classmethod
    def spanning(cls, outcomes: tuple[float, ...]) -> Bounds:
        """Return the bounds that hold these outcomes and 0."""
        return cls(min(0.0, *outcomes), max(0.0, *outcomes))


class Scope(Enum):
    """The regimes in which a layer can give points; in the others it gives 0."""

    EVERY_REGIME = "every regime"
    MEAN_REVERSION = "mean reversion, random"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the score.

    ``name`` is its code, the name of its module and of its settings section. ``points`` maps k candidates to k
    points (float64); it must give 0 where an input is NaN, work element by element, be mirrored (LONG on a
    market = SHORT on the mirrored market) and, weighted, stay within ``bounds(settings)``. ``outcomes`` returns the points,
    other than 0, that its rows can give with the given settings. ``absent_is_value`` lists inputs for which NaN
    means that there is nothing (no gap, so no distance) and not that something is unknown.
    """

    number: int
    name: str
    inputs: tuple[Feature, ...]
    points: Callable[[Candidates, LayersSettings], FloatArray]
    outcomes: Callable[[LayersSettings], tuple[float, ...]]
    scope: Scope = Scope.EVERY_REGIME
    absent_is_value: tuple[Feature, ...] = ()

    @property
    def formula(self) -> str:
        """The layer's rule in words; names in backticks are settings of its section."""
        return inspect.cleandoc(self.points.__doc__ or "")

    def bounds(self, settings: LayersSettings) -> Bounds:
        """Return the fewest and the most points that the layer adds with these settings, its weight included."""
        weight = self.weight(settings)
        return Bounds.spanning(tuple(points * weight for points in self.outcomes(settings)))

    def weighted_points(self, candidates: Candidates, settings: LayersSettings) -> FloatArray:
        """Return what the layer adds for each candidate, float64 (k,): its points times its weight."""
        # Adding 0 makes 0 of −0, which a weight of 0 leaves of a penalty.
        return self.points(candidates, settings) * self.weight(settings) + 0.0

    def weight(self, settings: LayersSettings) -> float:
        """Return the factor on the layer's points."""
        section: LayerSection = getattr(settings, self.name)
        return section.weight

    def not_available(self, candidates: Candidates) -> BoolArray:
        """Return for each candidate, bool (k,), whether an input is missing; its points are then 0, shown as n/a."""
        missing = np.zeros(len(candidates.side), dtype=np.bool_)
        for feature in self.inputs:
            if feature not in self.absent_is_value:
                missing |= np.isnan(candidates[feature])
        return missing
