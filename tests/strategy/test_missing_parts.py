"""A part that is not installed stops the start; nothing carries on without it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from companion.ground.layout import STRATEGIES

LOAD = """
import importlib.util, sys
sys.modules[{part!r}] = None  # as if it were not installed
spec = importlib.util.spec_from_file_location("HHQStrategy", {path!r})
spec.loader.exec_module(importlib.util.module_from_spec(spec))
"""


@pytest.mark.parametrize(
    ("part", "says"), [("hhq", "make setup"), ("numba", "numba"), ("pydantic", "pydantic")]
)
def test_a_missing_library_stops_the_strategy_and_is_named(part: str, says: str) -> None:
    """Lesson 19: the indicator library was silently missing in production, so there were two sets of scores."""
    program = LOAD.format(part=part, path=str(STRATEGIES / "HHQStrategy.py"))
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert ended.returncode != 0
    assert says in ended.stderr.strip().splitlines()[-1]
