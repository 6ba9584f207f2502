"""Wherever a document names something of a part that this release does not have, it says so there."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.api.absent_reference import paths_of
from companion.ground.absent_parts import ABSENT_PARTS, MARK
from hhq.layers import model_confidence
from tests.docs.documents import documents, paragraphs
from tests.docs.tables import codes

OWN_PAGE = "absent-parts.md"
NAMES = frozenset(
    (
        *(path for part in ABSENT_PARTS for route in part.routes for path in paths_of(route)),
        *(path.split(" ")[1] for part in ABSENT_PARTS for route in part.routes for path in paths_of(route)),
        *(name for part in ABSENT_PARTS for name in (*part.channels, *part.settings, *part.environment)),
        *(reason.name for part in ABSENT_PARTS for reason in part.close_reasons),
        *(part.name for part in ABSENT_PARTS),
    )
)


def named_in(paragraph: str) -> set[str]:
    found = codes(paragraph)
    return {name for name in NAMES if name in found or any(code.startswith(f"{name}.") for code in found)}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_what_does_not_exist_is_not_documented_as_working(path: Path) -> None:
    if path.name == OWN_PAGE:
        return
    unmarked = [part for part in paragraphs(path) if named_in(part) and MARK not in " ".join(part.split())]
    assert not unmarked


def test_the_rows_of_the_generated_pages_are_marked() -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in documents()}
    assert f"| `RECOVERY_CLOSE_ALL` ({MARK}) |" in pages["close-reasons.md"]
    assert f"| {model_confidence.NUMBER} | `{model_confidence.NAME}` ({MARK}) |" in pages["layers.md"]
    assert f"## {model_confidence.NUMBER}. {model_confidence.NAME} ({MARK})" in pages["layers.md"]
    assert f"`layers.{model_confidence.NAME}`: {MARK}" in pages["configuration.md"]
