"""What exists: words of the code, settings, routes, options, targets of the Makefile."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fastapi import WebSocket
from fastapi.routing import iter_route_contexts
from freqtrade.commands.cli_options import AVAILABLE_CLI_OPTIONS

from companion.api import health
from companion.api.application import PREFIX, ROUTERS
from companion.commands.registry import COMMANDS
from companion.feed.coins import COLUMNS
from companion.feed.endpoints import feed_router
from companion.feed.hub import FeedHub
from companion.security import routes as security_routes
from companion.settings import CompanionSettings
from companion.settings.feed import FeedSettings
from hhq.settings import HHQSettings
from hhq.settings.base import Section
from hhq_shared.bot_configuration import CONFIG_KEY, BotSection
from tests.docs.sources import ROOT, production, tree_of

_WORD = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_VARIABLE = re.compile(r"HHQ_[A-Z0-9]+(?:_[A-Z0-9]+)*")
_REST_OF_PATH = re.compile(r"\{\w+:path\}")
_PARAMETER = re.compile(r"\{\w+(?::\w+)?\}")


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.value)
        for owner in ast.walk(tree)
        if isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for node in owner.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@cache
def texts(path: Path) -> tuple[str, ...]:
    """All strings of a source but its docstrings; what is formatted into one shows as ``…``, unless it is a constant."""
    tree = tree_of(path)
    left_out = _docstrings(tree)
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            found.append(node.value.decode(errors="replace"))
        elif isinstance(node, ast.JoinedStr):
            found.append("".join(_filled(part, tree) for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            found.append(node.value)
    return tuple(found)


def _filled(part: ast.expr, tree: ast.Module) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    name = part.value.id if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) else ""
    return _texts_assigned(tree).get(name, "…")


def _texts_assigned(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: str(node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@cache
def all_texts() -> tuple[str, ...]:
    """The strings of all production sources."""
    return tuple(text for path in production() for text in texts(path))


@cache
def constants() -> frozenset[str]:
    """Names in capitals that are assigned (members of enums, constants), and such words in strings."""
    assigned = {
        target.id
        for path in (*production(), *(ROOT / "tests").rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    return frozenset(assigned) | {word for text in all_texts() for word in _WORD.findall(text)}


@cache
def definitions() -> frozenset[str]:
    """Names of all functions and classes of the production code."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(
        node.name for path in production() for node in ast.walk(tree_of(path)) if isinstance(node, kinds)
    )


@cache
def settings() -> frozenset[str]:
    """Full names of all settings and sections of both trees."""
    return frozenset((*_names(HHQSettings()), *_names(CompanionSettings())))


@cache
def bot_keys() -> frozenset[str]:
    """Full names of what a bot's Freqtrade configuration may say under ``hhq``."""
    return frozenset(f"{CONFIG_KEY}.{name}" for name in BotSection.model_fields)


def _names(section: Section, prefix: str = "") -> Iterator[str]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        yield f"{prefix}{name}"
        if isinstance(value, Section):
            yield from _names(value, f"{prefix}{name}.")


@cache
def routes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Method and path, as a pattern, of every route of companion, replay exchange and Freqtrade."""
    return tuple(
        (method, re.compile(_PARAMETER.sub("[^/]+", _REST_OF_PATH.sub(".*", path))))
        for method, path in (*_of_companion(), *_of_replay(), *_of_freqtrade())
    )


def _of_companion() -> Iterator[tuple[str, str]]:
    async def nobody(_: WebSocket) -> float:
        return 0.0

    feed = feed_router(FeedHub(FeedSettings(), COLUMNS, ()), nobody)
    for prefix, routers in (
        (PREFIX, (*ROUTERS, security_routes.router)),
        ("", (*ROUTERS, health.router, feed)),
    ):
        for router in routers:
            for route in iter_route_contexts(router.routes):
                for method in route.methods or {"GET"}:
                    yield method, f"{prefix}{route.path}"
    yield "GET", f"{PREFIX}/openapi.json"


def _of_replay() -> Iterator[tuple[str, str]]:
    """Its routes dispatch methods in several ways: here each path takes all of them."""
    for path in production():
        if "replay" in path.parts:
            for text in texts(path):
                if text.startswith("/"):
                    for method in ("GET", "POST", "PUT", "DELETE"):
                        yield method, text


def _of_freqtrade() -> Iterator[tuple[str, str]]:
    found = importlib.util.find_spec("freqtrade.rpc.api_server")
    assert found is not None
    assert found.origin is not None
    route = re.compile(r'@router\w*\.(get|post|patch|delete)\(\s*"(/[^"]*)"')
    for path in sorted(Path(found.origin).parent.glob("*.py")):
        for method, name in route.findall(path.read_text(encoding="utf-8")):
            yield method.upper(), name
            yield method.upper(), f"/api/v1{name}"


def has_route(method: str, path: str) -> bool:
    """Whether there is such a route; without a method, one of any method."""
    return any((not method or method == one) and pattern.fullmatch(path) for one, pattern in routes())


@cache
def targets() -> frozenset[str]:
    """Targets of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


@cache
def make_variables() -> frozenset[str]:
    """Variables of the Makefile that a caller can set."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([A-Z_]+) *\?=", text, re.MULTILINE))


@cache
def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of one of the companion's commands."""
    parser = argparse.ArgumentParser()
    COMMANDS[command].load().add_options(parser)
    return parser


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands inside a command."""
    return {
        name: inner
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, inner in action.choices.items()
    }


def options(parser: argparse.ArgumentParser) -> frozenset[str]:
    """All options of a command, with those of the commands inside it."""
    own = {option for action in parser._actions for option in action.option_strings}
    return frozenset(own.union(*(options(inner) for inner in subcommands(parser).values())))


@cache
def module_options(module: str) -> frozenset[str]:
    """The options of `python -m module`, by the strings in its sources."""
    folder = ROOT / module.replace(".", "/")
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return frozenset(text for path in files for text in texts(path) if text.startswith("--"))


@cache
def freqtrade_options() -> frozenset[str]:
    """The options of Freqtrade's own commands."""
    return frozenset(name for option in AVAILABLE_CLI_OPTIONS.values() for name in option.cli)


@cache
def variables() -> frozenset[str]:
    """Environment variables that something reads: sources, tests, Makefile, Procfile, compose files."""
    named = (ROOT / name for name in ("Makefile", "Procfile", "docker-compose.yml"))
    others = (*(ROOT / "config" / "docker").iterdir(), *(ROOT / "scripts").glob("*.sh"))
    read = {
        word for path in (*named, *others) for word in _VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    tests = (path for folder in ("tests", "bench") for path in (ROOT / folder).rglob("*.py"))
    in_code = {word for text in all_texts() for word in _VARIABLE.findall(text)}
    return frozenset(
        read | in_code | {word for path in tests for text in texts(path) for word in _VARIABLE.findall(text)}
    )
