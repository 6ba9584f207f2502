"""The domain core is a plain library: it prints, opens and draws nothing, and deciding loads no adapter."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from hhq import compiled

CORE = Path(compiled.__file__).parent
SOURCES = sorted(CORE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(CORE)) for path in SOURCES])
def test_a_file_of_the_core_neither_prints_nor_opens_nor_draws(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert not called & {"print", "open", "input", "exec", "eval"}
    drawn = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "random"]
    assert not drawn


def test_deciding_loads_no_adapter_and_no_data_frames() -> None:
    script = "import sys, hhq.decide; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    # In a process of its own: this one has them all loaded.
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(CORE.parent)},
    ).stdout.split()
    assert "hhq" in loaded
    assert not {"pandas", "freqtrade", "ccxt", "companion", "hhq_freqtrade"} & set(loaded)
