"""The command line: what it says when it cannot start, and that it ends when told."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from companion.replay.command import main

Capture = pytest.CaptureFixture[str]


def failed(capture: Capture, *arguments: str) -> str:
    """The error of a start that fails with status 1."""
    assert main(arguments) == 1
    captured = capture.readouterr()
    assert "Traceback" not in captured.err
    assert captured.out == ""
    return captured.err


def test_a_missing_folder_is_named(capsys: Capture, tmp_path: Path) -> None:
    assert "nowhere" in failed(capsys, "--data", str(tmp_path / "nowhere"), "--port", "0")


def test_a_truncated_file_is_named(capsys: Capture, market_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(market_folder, folder)
    path = folder / "futures" / "SOL_USDT_USDT-5m-futures.feather"
    path.write_bytes(path.read_bytes()[:2_000])
    assert path.name in failed(capsys, "--data", str(folder), "--port", "0")


def test_an_occupied_port_is_named(capsys: Capture, market_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        error = failed(capsys, "--data", str(market_folder), "--port", port)
    assert f"port {port}" in error
    assert "already in use" in error


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--host", "0.0.0.0"), "0.0.0.0"),
        (("--start", "soon"), "soon"),
        (("--start", "2020-01-01T00:00"), "outside of the tape"),
        (("--exchange-info", "missing.json"), "missing.json"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    capsys: Capture, market_folder: Path, arguments: tuple[str, ...], text: str
) -> None:
    assert text in failed(capsys, "--data", str(market_folder), "--port", "0", *arguments)


@pytest.mark.parametrize(
    "arguments",
    [("--speed", "0"), ("--speed", "fast"), ("--port", "70000"), ("--align", "2h"), ("--nonsense",), ()],
)
def test_a_wrong_option_is_named_with_status_2(
    capsys: Capture, market_folder: Path, arguments: tuple[str, ...]
) -> None:
    data = ("--data", str(market_folder)) if arguments else ()
    with pytest.raises(SystemExit) as ended:
        main((*data, *arguments))
    assert ended.value.code == 2
    named = arguments[0] if arguments else "--data"
    assert named in capsys.readouterr().err


@pytest.fixture
def process(market_folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "companion.replay", "--data", str(market_folder), "--port", "0"]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield started
    started.kill()
    started.communicate()


@pytest.mark.processes
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_serves_and_ends_quietly(
    process: subprocess.Popen[str], ending: signal.Signals
) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "sample market, 6 coins, 1x" in line
    url = line.split(" on ")[1].split()[0]
    status = httpx.get(f"{url}/replay/status", timeout=20.0).json()
    assert status["offset_ms"] % 86_400_000 == 0
    assert status["seed"] == 11
    process.send_signal(ending)
    _, errors = process.communicate(timeout=20.0)
    assert "Traceback" not in errors
    assert process.returncode in (0, -ending)
