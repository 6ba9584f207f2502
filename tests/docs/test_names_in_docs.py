"""What a document names in backticks exists: gates, settings, routes, codes, log lines, commands, variables, files."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Callable, Iterable
from functools import cache

import pytest

from companion.commands.registry import COMMANDS
from hhq.gates import Gate
from tests.docs import known
from tests.docs.documents import Named, command_lines, documents, named, paragraphs
from tests.docs.sources import ROOT, production
from tests.docs.tables import codes, rows

CAPITALS = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
VARIABLE = re.compile(r"HHQ_[A-Z0-9_]+")
SETTING = re.compile(r"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)(?: = .*)?")
SECTION = re.compile(r"\[([a-z_]+(?:\.[a-z_0-9]+)*)\]")
ROUTE = re.compile(r"(?:(GET|POST|PATCH|PUT|DELETE) )?(/\S*)")
LOG_LINE = re.compile(r"([A-Z][A-Z_]{2,}:?) .+")
FIGURE = re.compile(r"hhq_[a-z_]+")
MEMBER = re.compile(r"([A-Z][a-z]+[A-Za-z]*)\.(\w+)(?:\(.*\))?")
FILE = re.compile(r"(?:bench|companion|config|docs|requirements|scripts|tests|user_data)/[\w./-]*")
FILLED_IN = re.compile(r"\{[^}]*\}|%\w+|%\.\d+f|…|\b[A-Z]*\d+[\d.,]*\b")

BESIDE_GATES = {
    "STOPPED": "how `explain` marks a gate that stopped a candle",
    "RANK": "a refusal of the account",
    "BALANCE": "a refusal of the account",
    "BELOW_MINIMUM": "a refusal of the account",
    "SLOTS": "a refusal of the account",
    "DISK": "a refusal of the account",
    "EVIDENCE": "a refusal of the account",
    "ENTRY_CANCELLED": "the line of a waiting order",
}
OUTSIDE = {
    "FORWARDED_ALLOW_IPS": "a variable of uvicorn",
    "O_EXCL": "a flag of the system's open: Python's mode x",
    "BTC": "a coin",
    "USDC": "a coin",
}
"""Words in capitals from elsewhere."""
FROM_OTHERS = {
    "--profile": "docker compose",
    "--build": "docker compose",
    "-f": "docker compose",
    "-d": "docker compose",
    "-v": "docker compose",
    "-m": "python",
    "-e": "pip",
    "-H": "curl",
    "--host": "several programs",
}
"""Options of programs from elsewhere."""
EXTENSIONS = (
    "json",
    "md",
    "toml",
    "py",
    "yml",
    "feather",
    "arrow",
    "arrows",
    "log",
    "jsonl",
    "sqlite",
    "txt",
    "env",
    "gz",
)


def each(found: Iterable[Named]) -> list[Named]:
    """One of each, in a stable order."""
    return sorted(set(found), key=lambda one: (one.document, one.text))


def fitting(pattern: re.Pattern[str], but: Callable[[str], bool] = lambda _: False) -> list[Named]:
    return each(one for one in named() if pattern.fullmatch(one.text) and not but(one.text))


def test_the_documents_are_read() -> None:
    assert {"README.md", "api.md", "operations.md", "hhq.toml"} <= {path.name for path in documents()}
    assert len(named()) > 1000


@pytest.mark.parametrize("one", fitting(CAPITALS, VARIABLE.match), ids=str)  # type: ignore[arg-type]  # a match is true
def test_a_gate_a_code_a_constant_exists(one: Named) -> None:
    assert one.text in known.constants() | OUTSIDE.keys()


GATES = [
    Named(name, path.name)
    for path in documents()
    for paragraph in paragraphs(path)
    if re.search(r"\bgates?\b", paragraph)
    for name in codes(paragraph)
    if CAPITALS.fullmatch(name)
]


@pytest.mark.parametrize("one", each(GATES), ids=str)
def test_what_is_called_a_gate_is_one(one: Named) -> None:
    assert one.text in Gate.__members__ or one.text in BESIDE_GATES


@pytest.mark.parametrize("one", fitting(SETTING, lambda text: text.rsplit(".", 1)[-1] in EXTENSIONS), ids=str)
def test_a_setting_exists(one: Named) -> None:
    found = SETTING.fullmatch(one.text)
    assert found is not None
    name = found.group(1)
    first = name.split(".")[0]
    if first in known.settings():
        assert name in known.settings()
    elif (ROOT / "user_data" / "strategies" / first).is_dir() or first == "companion":
        # A key of the section hhq of Freqtrade's configuration, a module, what a module defines, or a logger.
        *owner, last = name.split(".")
        module = ".".join(owner) if last in known.definitions() else name
        is_text = name in known.all_texts() or last in known.all_texts()
        assert name in known.bot_keys() or is_text or importlib.util.find_spec(module) is not None


@pytest.mark.parametrize("one", fitting(SECTION), ids=str)
def test_a_section_of_settings_exists(one: Named) -> None:
    assert one.text.strip("[]") in known.settings()


@pytest.mark.parametrize("one", fitting(ROUTE), ids=str)
def test_a_route_exists(one: Named) -> None:
    found = ROUTE.fullmatch(one.text)
    assert found is not None
    method, path = found.group(1) or "", found.group(2).split("?")[0]
    path = re.sub(r"[<{]\w+[>}]", "x", path)
    is_part = not method and any(pattern.pattern.startswith(path) for _, pattern in known.routes())
    assert is_part or known.has_route(method, path)


@pytest.mark.parametrize("one", fitting(LOG_LINE, lambda text: bool(ROUTE.fullmatch(text))), ids=str)
def test_the_beginning_of_a_log_line_is_written_by_the_code(one: Named) -> None:
    found = LOG_LINE.fullmatch(one.text)
    assert found is not None
    assert any(text.startswith(found.group(1)) for text in known.all_texts())


LINES = [
    Named(code, path.name)
    for path in documents()
    for row in rows(path, "text", "meaning")
    for code in codes(row[0])
]


@pytest.mark.parametrize("one", LINES, ids=str)
def test_a_log_line_that_users_search_for_is_written_by_the_code(one: Named) -> None:
    parts = [part.strip() for part in FILLED_IN.split(one.text) if len(part.strip()) > 2]
    wanted = re.compile(".*".join(re.escape(part) for part in parts))
    assert any(wanted.search(" ".join(text.split())) for text in known.all_texts())


@pytest.mark.parametrize("one", fitting(FIGURE), ids=str)
def test_a_figure_a_column_a_package_exists(one: Named) -> None:
    name = one.text.removesuffix("_total").rstrip("_")
    is_package = importlib.util.find_spec(name) is not None
    assert is_package or any(text.startswith(name) for text in known.all_texts())


@pytest.mark.parametrize("one", fitting(MEMBER, lambda text: text.endswith(EXTENSIONS)), ids=str)
def test_a_member_of_a_class_exists(one: Named) -> None:
    found = MEMBER.fullmatch(one.text)
    assert found is not None
    owner, name = found.groups()
    sources = [path.read_text(encoding="utf-8") for path in production()]
    assert any(f"class {owner}" in text and re.search(rf"\b{name}\b", text) for text in sources)


@pytest.mark.parametrize("one", fitting(FILE), ids=str)
def test_a_file_exists_or_is_made_by_the_code(one: Named) -> None:
    path = ROOT / one.text
    is_made = (
        any(one.text.rstrip("/") in text for text in known.all_texts()) or one.text == "bench/results.json"
    )
    assert path.exists() or path.with_name(f"{path.name}.py").exists() or is_made


@cache
def makes() -> list[Named]:
    return each(one for one in command_lines() if re.match(r"make [a-z]", one.text))


@pytest.mark.parametrize("one", makes(), ids=str)
def test_a_target_of_make_and_its_variables_exist(one: Named) -> None:
    _, target, *rest = one.text.split()
    assert target in known.targets()
    given = [word.split("=")[0] for word in rest if "=" in word]
    assert set(given) <= known.make_variables()


@pytest.mark.parametrize("one", fitting(re.compile(r"[A-Z_]+=")), ids=str)
def test_a_variable_of_make_exists(one: Named) -> None:
    assert one.text.rstrip("=") in known.make_variables()


@cache
def modules() -> list[Named]:
    return each(one for one in command_lines() if re.match(r"(\.venv/bin/)?python -m ", one.text))


@pytest.mark.parametrize("one", modules(), ids=str)
def test_a_command_and_its_options_exist(one: Named) -> None:
    _, _, module, *words = words_of(one.text)
    assert importlib.util.find_spec(module) is not None
    if module == "pytest":
        assert all((ROOT / word).exists() for word in words if not word.startswith("-"))
        return
    given = {word.split("=")[0] for word in words if word.startswith("--") and word != "--"}
    if module != "companion":
        assert given <= known.module_options(module) | known.freqtrade_options()
        return
    if words == ["--help"]:
        return
    assert words[0] in COMMANDS
    parser = known.parser_of(words[0])
    assert given <= known.options(parser)
    inner = known.subcommands(parser)
    if inner and len(words) > 1:
        assert words[1] in inner


@pytest.mark.parametrize("one", fitting(re.compile(rf"({'|'.join(COMMANDS)}) [a-z-]+( .*)?")), ids=str)
def test_a_command_inside_a_command_exists(one: Named) -> None:
    command, name, *_ = one.text.split()
    assert name in known.subcommands(known.parser_of(command))


@cache
def lone_options() -> list[Named]:
    return each(one for one in named() if re.match(r"--?[a-z]", one.text))


@pytest.mark.parametrize("one", lone_options(), ids=str)
def test_an_option_exists(one: Named) -> None:
    option = re.split(r"[ =]", one.text)[0]
    ours = {text for text in known.all_texts() if text.startswith("-")}
    assert option in ours | known.freqtrade_options() | FROM_OTHERS.keys()


@cache
def variables() -> list[Named]:
    return each(
        Named(name, one.document)
        for one in command_lines()
        for name in VARIABLE.findall(one.text)
        if name[-1] != "_"
    )


@pytest.mark.parametrize("one", variables(), ids=str)
def test_a_variable_of_the_environment_is_read(one: Named) -> None:
    if one.text.startswith("HHQ_COMPANION__"):
        assert ".".join(one.text.split("__")[1:]).lower() in known.settings()
    else:
        assert one.text in known.variables()


def words_of(line: str) -> list[str]:
    """The words of a command line; an apostrophe in a remark after it is no quote."""
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()
