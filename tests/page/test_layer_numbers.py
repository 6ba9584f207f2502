"""The page names a signal's points by the numbers of their layers."""

from __future__ import annotations

import re

from companion.ground.layout import ROOT
from hhq.layers import LAYERS

SOURCE = ROOT / "companion" / "dashboard" / "src" / "parts" / "layers.ts"


def test_the_page_has_the_numbers_of_the_layers_in_the_order_of_their_points() -> None:
    found = re.search(r"LAYER_NUMBERS[^=]*= \[([^\]]*)\]", SOURCE.read_text(encoding="utf-8"))
    assert found
    numbers = [int(number) for number in re.findall(r"\d+", found.group(1))]
    assert numbers == [layer.number for layer in LAYERS]
