"""Work in a process of its own answers, or fails, as if it had been done here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from companion.demo.own_process import in_own_process
from companion.ground.errors import CompanionError, UsageError
from companion.offline.data_folder import open_folder


def test_its_result_comes_from_another_process() -> None:
    assert in_own_process(os.getpid) != os.getpid()
    assert in_own_process(os.fspath, "x" * 1_000_000) == "x" * 1_000_000


def test_its_exception_is_raised_here(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing-here"):
        in_own_process(open_folder, tmp_path / "nothing-here")


def test_an_end_without_an_answer_is_said() -> None:
    with pytest.raises(CompanionError, match="ended with status 3"):
        in_own_process(os._exit, 3)
