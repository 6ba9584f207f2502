"""Write docs/close-reasons.md from the table of close reasons."""

from __future__ import annotations

from pathlib import Path

from companion.ground.absent_parts import MARK, marked_close_reasons
from hhq.reason_reference import page

TARGET = Path(__file__).parent.parent / "docs" / "close-reasons.md"

if __name__ == "__main__":
    TARGET.write_text(page(marked_close_reasons(), MARK), encoding="utf-8")
    print(f"wrote {TARGET.parent.name}/{TARGET.name}")
