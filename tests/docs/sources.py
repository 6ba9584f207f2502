"""The production sources as trees, and what the tests of the documents look up in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
STRATEGIES = ROOT / "user_data" / "strategies"


@cache
def production() -> tuple[Path, ...]:
    """All sources that run in bot, companion or replay exchange, and the scripts behind `make config`.

    Libraries of the page bring Python files of their own: they are none of ours.
    """
    folders = (ROOT / "companion", STRATEGIES, ROOT / "scripts")
    return tuple(
        sorted(
            path for folder in folders for path in folder.rglob("*.py") if "node_modules" not in path.parts
        )
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    """A path as documents write it."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of a file, inner ones too, by its own name."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node


def own_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module) -> Iterator[ast.AST]:
    """The nodes of a function, or of a module, without those of functions inside it."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting.extend(ast.iter_child_nodes(node))


def last_name(node: ast.expr) -> str:
    """The name of ``a.b.c`` is c."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
