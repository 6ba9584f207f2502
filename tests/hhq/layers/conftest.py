"""One candidate by hand, and the same candidates on the mirrored market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hhq.features.catalogue import Feature, mirrored
from hhq.layers.layer import Candidates


def _mirrored(candidates: Candidates) -> Candidates:
    """The same candidates on the market upside down."""
    return replace(candidates, features=mirrored(candidates.features), side=-candidates.side)


def _one(
    values: dict[Feature, float], *, trending: bool = False, threshold: float = 1.6, base: float = 45.0
) -> Candidates:
    """One LONG candidate about which nothing is known but ``values``."""
    features = np.full((len(Feature), 1), np.nan)
    for feature, value in values.items():
        features[feature] = value
    trend = np.array([trending])
    return Candidates(features, np.ones(1), ~trend, trend, np.array([threshold]), np.array([base]))


@pytest.fixture(scope="session", name="mirrored")
def mirror() -> Callable[[Candidates], Candidates]:
    return _mirrored


@pytest.fixture(scope="session")
def one() -> Callable[..., Candidates]:
    return _one
