"""Tables of Markdown pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"`([^`]+)`")


def rows(path: Path, *head: str) -> Iterator[list[str]]:
    """The cells of all rows under a head of these columns, in every table of the page that has it."""
    inside = False
    wanted = list(head)
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells == wanted:
            inside = True
        elif inside and set(line) - set("|- "):
            yield cells


def codes(cell: str) -> list[str]:
    """What is in backticks."""
    return _CODE.findall(cell)
