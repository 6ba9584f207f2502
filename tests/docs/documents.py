"""The documents, and the names that they put into backticks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.docs.sources import ROOT

_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=\|)")
"""Between paragraphs, entries of a list and rows of a table."""
_INDENTED = re.compile(r"^ {4}(\S.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Named:
    """A name or a command in a document, as written there."""

    text: str
    document: str


@cache
def documents() -> tuple[Path, ...]:
    """Everything that people read: README, CONTRIBUTING if there is one, docs/, and the settings files."""
    single = (ROOT / name for name in ("README.md", "CONTRIBUTING.md"))
    many = (*(ROOT / "docs").glob("*.md"), *(ROOT / "config").glob("*.toml"))
    return tuple(sorted(path for path in (*single, *many) if path.is_file()))


@cache
def named() -> tuple[Named, ...]:
    """What is in backticks."""
    return tuple(
        Named(code, path.name)
        for path in documents()
        for code in _CODE.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
    )


@cache
def command_lines() -> tuple[Named, ...]:
    """Command lines: in backticks, and the lines of blocks. Lines joined by a backslash count as one."""
    return (*named(), *(Named(line, path.name) for path in documents() for line in _lines(path)))


def paragraphs(path: Path) -> list[str]:
    """Paragraphs, entries of lists, rows of tables."""
    return PARAGRAPH.split(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> Iterator[str]:
    if path.suffix != ".md":
        return
    text = path.read_text(encoding="utf-8")
    for block in (*_FENCE.findall(text), *_INDENTED.findall(text)):
        for line in block.replace("\\\n", " ").splitlines():
            yield line.split(" # ")[0].strip()
