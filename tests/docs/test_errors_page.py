"""Exceptions form one tree per program, docs/errors.md shows it, and only a named boundary catches everything."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.docs.sources import ROOT, functions, last_name, named, own_nodes, production, tree_of
from tests.docs.tables import codes, rows

PAGE = ROOT / "docs" / "errors.md"
BROAD = {"Exception", "BaseException"}
LIBRARY = {"HTTPException": "Exception"}
"""Library exceptions that ours derive from as well."""
OUTSIDE = {"StopRequested": "BaseException"}
"""No error handler may swallow a request to stop."""
CODES = {"FieldError", "ProblemDocument"}
"""Classes that describe errors and are no exceptions."""


@dataclass(frozen=True)
class Raised:
    """An exception class: its name, the file, and its bases."""

    name: str
    path: Path
    bases: tuple[str, ...]


@cache
def exceptions() -> tuple[Raised, ...]:
    """Every exception class of the sources, whatever its name ends with."""
    classes = [
        Raised(node.name, path, tuple(last_name(base) for base in node.bases))
        for path in production()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
    ]
    known = {name for name in dir(builtins) if _is_exception(getattr(builtins, name))} | LIBRARY.keys()
    while True:
        found = [one for one in classes if known & set(one.bases)]
        if {one.name for one in found} <= known:
            return tuple(found)
        known |= {one.name for one in found}


def _is_exception(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def ancestors(one: Raised) -> set[str]:
    """Names of all bases, through the classes of the sources."""
    found: set[str] = set()
    waiting = list(one.bases)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [base for other in exceptions() if other.name == name for base in other.bases]
    return found


def root_of(path: Path) -> str:
    name = named(path)
    if name.startswith("companion/replay/embedded/"):
        return "EmbeddedMarketError"
    if name.startswith("companion/replay/"):
        return "ReplayError"
    return "CompanionError" if name.startswith("companion/") else "ValueError"


def test_the_classes_are_found() -> None:
    assert {"CompanionError", "Problem", "BotSilentError", "_BodyTooLargeError", "StopRequested"} <= {
        one.name for one in exceptions()
    }
    assert not CODES & {one.name for one in exceptions()}


@pytest.mark.parametrize("one", exceptions(), ids=lambda one: one.name)
def test_every_exception_derives_from_the_root_of_its_program(one: Raised) -> None:
    if one.name in OUTSIDE:
        assert one.bases == (OUTSIDE[one.name],)
        return
    root = root_of(one.path)
    assert one.name == root or root in ancestors(one), f"{named(one.path)}: {one.name} is no {root}"


def test_the_page_shows_the_whole_tree() -> None:
    shown = [(codes(row[0])[0], codes(row[1])[0]) for row in catching_rows()]
    roots = {root_of(one.path) for one in exceptions()}
    there = [
        (one.name, next(base for base in one.bases if base not in LIBRARY))
        for one in exceptions()
        if one.name not in roots | OUTSIDE.keys()
    ]
    assert sorted(shown) == sorted(there)
    assert {codes(row[0])[0] for row in rows(PAGE, "root", "of", "means")} == roots


@pytest.mark.parametrize(
    "row", list(rows(PAGE, "exception", "is a", "when", "caught by")), ids=lambda row: row[0]
)
def test_what_is_said_to_catch_an_exception_catches_it(row: list[str]) -> None:
    name = codes(row[0])[0]
    caught_by = {name} | {base for one in exceptions() if one.name == name for base in ancestors(one)}
    places = [part.strip() for part in row[3].split(",")]
    for place in places if row[3] != "–" else ():
        where, *function = codes(place)
        room = ROOT / where
        files = sorted(room.rglob("*.py")) if room.is_dir() else [room.with_name(room.name + ".py")]
        assert all(path.is_file() for path in files), f"{where} is not there"
        caught = {found for path in files for found in names_caught(path, function[0] if function else None)}
        assert caught & caught_by, f"{place} does not catch {name}"


def test_only_a_boundary_catches_everything() -> None:
    boundaries = {tuple(codes(row[0])) for row in rows(PAGE, "where", "protects", "counted in", "then")}
    undoing = {tuple(codes(row[0])) for row in rows(PAGE, "where", "undoes")}
    found: dict[tuple[str, ...], list[ast.ExceptHandler]] = {}
    for path in production():
        for name, function in (("at import", tree_of(path)), *functions(path)):
            for node in own_nodes(function):
                if isinstance(node, ast.ExceptHandler) and _is_broad(node):
                    found.setdefault((named(path), name), []).append(node)
    assert found.keys() == boundaries | undoing
    assert all(_raises_again(node) for place in undoing for node in found[place])


@pytest.mark.parametrize(
    "row", list(rows(PAGE, "where", "protects", "counted in", "then")), ids=lambda row: row[0]
)
def test_a_boundary_logs_and_counts(row: list[str]) -> None:
    where, name = codes(row[0])
    text = (ROOT / where).read_text(encoding="utf-8")
    counter = codes(row[2])[0]
    assert counter in text
    logged = {
        last_name(call.func)
        for found, function in functions(ROOT / where)
        if found == name
        for handler in own_nodes(function)
        if isinstance(handler, ast.ExceptHandler) and _is_broad(handler)
        for call in ast.walk(handler)
        if isinstance(call, ast.Call)
    }
    assert logged & {"exception", "note_failure"}, f"{where} {name} logs no trace"


def test_nothing_suppresses_everything() -> None:
    for path in production():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and last_name(node.func) == "suppress":
                assert not BROAD & {last_name(argument) for argument in node.args}, named(path)
        handlers = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler)]
        assert all(handler.type is not None for handler in handlers), named(path)


def catching_rows() -> list[list[str]]:
    return list(rows(PAGE, "exception", "is a", "when", "caught by"))


def names_caught(path: Path, function: str | None) -> set[str]:
    """What the handlers of a function (of a file) name: in except, suppress, isinstance or as its argument's type."""
    if function is None:
        return {name for node in ast.walk(tree_of(path)) for name in _caught_at(node)}
    return {
        name
        for found, tree in functions(path)
        if found == function
        for node in own_nodes(tree)
        for name in _caught_at(node)
    }


def _caught_at(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ExceptHandler) and node.type is not None:
        return _names(node.type)
    if isinstance(node, ast.Call) and last_name(node.func) in ("suppress", "isinstance"):
        return {name for argument in node.args for name in _names(argument)}
    return set()


def _names(node: ast.expr) -> set[str]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {last_name(part) for part in parts}


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_names(handler.type) & BROAD)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
