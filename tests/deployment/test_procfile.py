"""The recipe in the Procfile, read as honcho and the shell read it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess

from honcho.environ import parse, parse_procfile  # type: ignore[import-untyped]

from companion.ground.layout import ROOT

PROCFILE = (ROOT / "Procfile").read_text(encoding="utf-8")


def arguments(process: str, environment: dict[str, str]) -> list[str]:
    """The words of a process's command, as the shell passes them on."""
    line = parse_procfile(PROCFILE).processes[process]
    shown = f"printf '%s\\n' {line}"
    variables = {"PATH": os.environ["PATH"], **environment}
    found = subprocess.run(["sh", "-c", shown], env=variables, capture_output=True, text=True, check=True)
    return found.stdout.splitlines()


def test_the_lines_for_the_environment_lay_the_replay_exchange_over_the_bots_configuration() -> None:
    lines = re.findall(r"^#   ([A-Z_]+=.*)$", PROCFILE, re.MULTILINE)
    given = parse("\n".join(lines))
    assert given["HHQ_COMPANION__EXCHANGE__BASE_URL"] == "http://127.0.0.1:8095"
    words = arguments("bot", given)
    layers = [words[at + 1] for at, word in enumerate(words) if word == "--config"]
    assert layers[-1] == "config/replay.json"
    assert all((ROOT / layer).is_file() for layer in layers)
    assert shlex.join(arguments("exchange", {})).endswith("--data run/market --port 8095")


def test_without_them_the_bot_trades_on_paper() -> None:
    words = arguments("bot", {})
    assert "config/dry-run.json" in words
    assert "config/replay.json" not in words
    assert "config/live.json" in arguments("bot", {"HHQ_MODE": "live"})
