"""Write docs/absent-parts.md from the table of the parts that this release does not have."""

from __future__ import annotations

from pathlib import Path

from companion.api.absent_reference import page

TARGET = Path(__file__).parent.parent / "docs" / "absent-parts.md"

if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(f"wrote {TARGET.parent.name}/{TARGET.name}")
