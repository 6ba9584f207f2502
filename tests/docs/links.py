"""Links and headings of Markdown pages, read as the forge reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_OUTSIDE = ("http://", "https://", "mailto:")


class Link(NamedTuple):
    """Where a link of ``page`` leads: ``target`` is the page itself where the link names only an ``anchor``."""

    page: Path
    text: str
    target: Path
    anchor: str


def links(page: Path) -> Iterator[Link]:
    """The links of a page that stay inside the project."""
    prose = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    for found in _LINK.finditer(prose):
        address = found.group(1)
        if not address.startswith(_OUTSIDE):
            path, _, anchor = address.partition("#")
            yield Link(page, address, (page.parent / path).resolve() if path else page, anchor)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        name = _anchor(heading.group(1))
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def dead_links(pages: list[Path]) -> list[str]:
    """Every link of these pages that leads to no file or to no heading, as ``page: link``."""
    dead = []
    for page in pages:
        for link in links(page):
            is_there = link.target.exists()
            if is_there and link.anchor:
                is_there = link.target.suffix == ".md" and link.anchor in anchors(link.target)
            if not is_there:
                dead.append(f"{page.name}: {link.text}")
    return dead


def _anchor(heading: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
