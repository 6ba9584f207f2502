"""The page of lessons names existing tests and leaves no lesson out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lessons.md"
LESSONS = range(1, 55)
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
MISSING = re.compile(r"^Of parts that do not exist yet: (.+)\.$", re.MULTILINE)


def rows() -> list[tuple[int, str, str]]:
    found = []
    for number, cell in ROW.findall(PAGE.read_text(encoding="utf-8")):
        tests = NAMED.findall(cell)
        assert tests, f"lesson {number} names no test"
        found += [(int(number), path, name) for path, name in tests]
    return found


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("number", "path", "name"), rows())
def test_the_test_of_a_lesson_exists(number: int, path: str, name: str) -> None:
    assert (ROOT / path).is_file(), f"lesson {number}"
    assert name in names_in(path), f"lesson {number}"


def test_every_lesson_has_a_test_or_is_of_a_part_that_does_not_exist() -> None:
    (text,) = MISSING.findall(PAGE.read_text(encoding="utf-8"))
    missing: list[int] = []
    for part in text.split(", "):
        first, _, last = part.partition("–")
        missing += range(int(first), int(last or first) + 1)
    tested = {number for number, _, _ in rows()}
    assert not tested & set(missing)
    assert sorted(tested | set(missing)) == list(LESSONS)
