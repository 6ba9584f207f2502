"""The command as users start it: wrong names, a real scenario with its table, JSON and exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from companion.__main__ import main
from companion.ground.layout import ROOT


def test_an_unknown_scenario_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "--scenario", "earthquake"]) == 2
    message = capsys.readouterr().err
    assert "'earthquake' is unknown" in message
    assert "flash-crash" in message


@pytest.mark.processes
def test_stops_hold_in_a_flash_crash_and_at_a_whipsaw(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "companion", "stress", "--json", "--run-folder", str(tmp_path)]
    line += ["--scenario", "flash-crash", "--scenario", "whipsaw"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["broken"] == []
    crash, whipsaw = answer["scenarios"]
    assert (crash["name"], whipsaw["name"]) == ("flash-crash", "whipsaw")
    assert crash["event_codes"]["SL_HIT"] >= 1
    assert crash["late"] == whipsaw["late"] == []
    assert crash["loss"]["worst_pct"] <= crash["allowed_pct"]
    assert crash["positions_at_restart"] >= 1
    assert crash["restart"] == ""
