"""Who imports whom, read from the sources: house rules that a linter's configuration cannot express."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "user_data" / "strategies" / "hhq"
CORE_MAY_IMPORT = {"hhq", "numpy", "numba", "pydantic", "pydantic_core", "scipy"}
# Parts of the standard library that have a clock, randomness, files, a network, an environment or logging.
IMPURE = {"time", "datetime", "random", "secrets", "socket", "subprocess", "logging", "threading", "asyncio"}
# compiled.py names the directory of the machine code.
IMPURE_ALLOWED = {"compiled.py": {"os", "pathlib", "hashlib"}}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module or "")
    return names


def sources(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)
    assert found, f"no sources in {folder}"
    return found


@pytest.mark.parametrize("path", sources(CORE), ids=lambda path: str(path.relative_to(CORE)))
def test_the_core_imports_only_what_it_may(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    outside = {top for top in tops if top not in sys.stdlib_module_names} - CORE_MAY_IMPORT
    impure = (tops & (IMPURE | {"os", "pathlib", "io"})) - IMPURE_ALLOWED.get(path.name, set())
    assert not outside
    assert not impure


def test_only_the_settings_of_the_core_import_pydantic() -> None:
    users = {path.relative_to(CORE).parts[0] for path in sources(CORE) if "pydantic" in imported(path)}
    assert users <= {"settings"}


def test_only_the_evidence_imports_scipy() -> None:
    # The bot loads the rest of the core, and scipy takes memory and time that it has no use for.
    users = {path.relative_to(CORE).parts[0] for path in sources(CORE) if _tops(path) & {"scipy"}}
    importers = {path.relative_to(CORE).parts[0] for path in sources(CORE) if _imports_evidence(path)}
    assert users == {"evidence"} == importers


def _tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def _imports_evidence(path: Path) -> bool:
    return any(name.startswith("hhq.evidence") for name in imported(path))


def test_nothing_imports_the_strategy() -> None:
    folders = (ROOT / "companion", ROOT / "user_data" / "strategies", ROOT / "scripts")
    users = [path for folder in folders for path in sources(folder) if "HHQStrategy" in imported(path)]
    assert users == []


def test_the_replay_exchange_imports_nothing_of_the_rest() -> None:
    folder = ROOT / "companion" / "replay"
    names = {name for path in sources(folder) for name in imported(path)}
    ours = {name for name in names if name.split(".")[0] in ("companion", "hhq", "hhq_freqtrade")}
    assert {name for name in ours if not name.startswith("companion.replay")} == set()
