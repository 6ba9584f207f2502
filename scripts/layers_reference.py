"""Write docs/layers.md from the registry of the score layers."""

from __future__ import annotations

from pathlib import Path

from companion.ground.absent_parts import marked_layers
from hhq.layers.reference import page
from hhq.settings.layers import LayersSettings

TARGET = Path(__file__).parent.parent / "docs" / "layers.md"

if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(LayersSettings(), marked_layers()), encoding="utf-8")
    print(f"wrote {TARGET.parent.name}/{TARGET.name}")
