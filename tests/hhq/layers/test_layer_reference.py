"""The reference page says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from companion.ground.absent_parts import marked_layers
from hhq.layers import LAYERS
from hhq.layers.layer import Layer
from hhq.layers.reference import describe, page
from hhq.settings.layers import LayersSettings

PAGE = Path(__file__).parents[3] / "docs" / "layers.md"


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(LayersSettings(), marked_layers()), "run: make config"


def test_all_23_layers_are_described_in_order() -> None:
    assert [row.number for row in describe(LayersSettings())] == list(range(1, 24))


def test_a_description_shows_the_numbers_in_force() -> None:
    settings = LayersSettings.model_validate({"whale": {"above": 2.5, "points": 7.0, "weight": 0.5}})
    whale = describe(settings)[6]
    assert "Whale z > 2.5 → +7." in whale.formula
    assert whale.bounds == (0.0, 3.5)
    assert whale.weight == 0.5
    assert whale.numbers == {
        "layers.whale.weight": 0.5,
        "layers.whale.above": 2.5,
        "layers.whale.points": 7.0,
    }


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_formula_says_what_happens_in_the_regimes_and_for_a_short(layer: Layer) -> None:
    formula = " ".join(layer.formula.split())
    assert re.search(r"every regime|[Mm]ean reversion", formula)
    assert re.search(r"SHORT|both sides", formula)
