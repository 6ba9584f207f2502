"""The documentation holds together: every page can be found, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from companion.ground.layout import ROOT
from tests.docs.links import dead_links, links

DOCS = ROOT / "docs"
INDEX = DOCS / "index.md"
_NAMED_PAGE = re.compile(r"\bdocs/[\w./-]+\.md")
_SOURCES = ("*.py", "*.toml", "*.json", "*.yml", "*.yaml", "*.sh", "*.Dockerfile", "Makefile", "Procfile")
_SKIPPED = {".git", ".venv", "run", "node_modules", "__pycache__"}


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def test_every_page_is_linked_from_the_index() -> None:
    linked = {link.target for link in links(INDEX)}
    missing = [page.relative_to(DOCS) for page in DOCS.rglob("*.md") if page not in {INDEX, *linked}]
    assert missing == []


def test_every_line_of_the_index_says_what_its_page_is_for() -> None:
    text = INDEX.read_text(encoding="utf-8")
    bare = [line for line in text.splitlines() if re.fullmatch(r"[-|]\s*\[[^\]]*\]\([^)]*\)\s*\|?", line)]
    assert bare == []


def test_every_link_and_anchor_leads_somewhere() -> None:
    assert dead_links(pages()) == []


def test_pages_that_sources_name_are_there() -> None:
    named = {
        (name, str(path.relative_to(ROOT)))
        for pattern in _SOURCES
        for path in ROOT.rglob(pattern)
        if not _SKIPPED & set(path.relative_to(ROOT).parts)
        for name in _NAMED_PAGE.findall(path.read_text(encoding="utf-8"))
    }
    assert named
    assert [(name, where) for name, where in sorted(named) if not (ROOT / name).is_file()] == []


def test_no_source_points_to_a_specification_that_is_not_in_the_project() -> None:
    pointing = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if not _SKIPPED & set(path.relative_to(ROOT).parts) and path != Path(__file__)
        if re.search(r"\(spec: |\bspec: |signal §|positions §", path.read_text(encoding="utf-8"))
    ]
    assert pointing == []


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    other.write_text("# One\n\n## The `stop` and 90 %\n\n## One\n", encoding="utf-8")
    page.write_text(
        "# Page\n[a](other.md) [b](other.md#the-stop-and-90-) [c](other.md#one-1) [d](#page) [e](https://x.y/z)\n"
        "`[code](nowhere.md)`\n\n```\n[code](nowhere.md)\n```\n"
        "[f](nowhere.md) [g](other.md#two) [h](#two)\n",
        encoding="utf-8",
    )
    assert dead_links([page]) == ["page.md: nowhere.md", "page.md: other.md#two", "page.md: #two"]
