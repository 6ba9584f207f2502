"""The page's types are made from the document that the application answers now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.page_types import TYPES, document_of_the_page, mark_of


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_the_types_are_of_the_document_that_is_answered(tmp_path: Path) -> None:
    """`make page-types` writes them again; `make lint` compares every line of them."""
    assert TYPES.read_text(encoding="utf-8").startswith(mark_of(await document_of_the_page(tmp_path)))
