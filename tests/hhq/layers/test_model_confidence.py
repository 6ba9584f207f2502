"""Layer 23: the model's confidence counts only if there is a model and its gate holds."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hhq.layers import model_confidence
from hhq.layers.model_confidence import not_available, outcomes, points
from hhq.settings.layers import LayersSettings, ModelConfidence

SETTINGS = LayersSettings()


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(0.0, -10.0), (0.2, -6.0), (0.49, 0.0), (0.5, 0.0), (0.51, 0.0), (0.56, 1.0), (0.75, 5.0), (1.0, 10.0)],
)
def test_confidence_gives_twenty_points_per_unit_around_one_half(confidence: float, expected: float) -> None:
    given = points(np.array([confidence]), gate_holds=True, settings=SETTINGS)
    assert given == [expected]
    assert not np.signbit(given[given == 0.0]).any()


def test_no_model_gives_nothing_and_says_so() -> None:
    confidence = np.array([np.nan, 0.9])
    np.testing.assert_array_equal(points(confidence, gate_holds=True, settings=SETTINGS), [0.0, 8.0])
    np.testing.assert_array_equal(not_available(confidence, gate_holds=True), [True, False])


def test_a_model_whose_gate_does_not_hold_gives_nothing_and_says_so() -> None:
    confidence = np.array([0.0, 0.9])
    assert not points(confidence, gate_holds=False, settings=SETTINGS).any()
    assert not_available(confidence, gate_holds=False).all()


def test_its_points_never_leave_its_bounds() -> None:
    settings = LayersSettings.model_validate({"model_confidence": {"points_per_probability": 100.0}})
    given = points(np.linspace(0.0, 1.0, 101), gate_holds=True, settings=settings)
    assert (given.min(), given.max()) == outcomes(settings)


def test_its_formula_names_all_its_numbers() -> None:
    named = set(re.findall(r"`(\w+)`", model_confidence.points.__doc__ or ""))
    assert named == set(ModelConfidence.model_fields) - {"weight"}
