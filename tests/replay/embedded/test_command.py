from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from companion.replay import embedded
from companion.replay.embedded.__main__ import main

PACKAGE = Path(embedded.__file__).parent


def test_the_command_writes_the_market_it_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "market"
    options = ["--out", str(out), "--coins", "2", "--days", "1", "--seed", "9", "--start", "2024-02-29"]
    assert main(options) == 0
    marker = json.loads((out / "market.json").read_text(encoding="utf-8"))
    assert (marker["coins"], marker["days"], marker["seed"], marker["start"]) == (2, 1, 9, "2024-02-29")
    assert "not a real market" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--coins", "0"),
        ("--coins", "545"),
        ("--coins", "many"),
        ("--days", "0"),
        ("--days", "1.5"),
        ("--seed", "-1"),
        ("--start", "2025-13-01"),
        ("--start", "1999-01-01"),
    ],
)
def test_a_wrong_option_is_named(
    option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "market"
    with pytest.raises(SystemExit) as stop:
        main(["--out", str(out), option, value])
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert f"argument {option}: " in message
    assert not out.exists()


def test_a_foreign_folder_ends_in_a_message_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    command = [sys.executable, "-m", "companion.replay.embedded", "--out", str(tmp_path), "--coins", "2"]
    root = PACKAGE.parents[2]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert finished.returncode == 2
    assert f"argument --out: {tmp_path}" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_folder_that_cannot_be_made_is_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["--out", str(tmp_path / "file" / "market"), "--coins", "2", "--days", "1"]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_the_generator_shares_candles_and_rules_with_the_exchange_and_nothing_with_the_rest() -> None:
    shared = {"companion.replay.candles", "companion.replay.rules"}
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or "."]
            elif isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            for module in modules:
                assert module.split(".")[0] in {*sys.stdlib_module_names, "numpy", "pandas", "companion"}
                own = module.startswith("companion.replay.embedded")
                assert own or module in shared or not module.startswith("companion")
