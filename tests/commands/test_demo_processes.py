"""The demonstration with its real processes: starts, enters, ends, starts again."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from companion.layout import LOCALHOST, ROOT
from companion.ports import any_free, is_free

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]

COINS = 24
# Freqtrade writes no log file where it sees pytest.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


class Demo:
    """A running `python -m companion demo`, and what it prints."""

    def __init__(self, run_folder: Path) -> None:
        self.run_folder = run_folder
        self.api_port, self.replay_port = any_free(), any_free()
        self.output = ""
        self.process = subprocess.Popen(
            self.line(),
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def line(self) -> list[str]:
        return [
            *(sys.executable, "-m", "companion", "demo", "--coins", str(COINS)),
            *("--api-port", str(self.api_port), "--replay-port", str(self.replay_port)),
            *("--run-folder", str(self.run_folder)),
        ]

    def wait_for(self, text: str, seconds: float) -> None:
        """Read the output until it holds `text`."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + seconds
        while text not in self.output:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(left, 0.0))
            assert ready, f"no {text!r} within {seconds} s:\n{self.output}"
            chunk = os.read(self.process.stdout.fileno(), 65_536)
            assert chunk, f"ended without {text!r}:\n{self.output}"
            self.output += chunk.decode()

    def end(self, number: signal.Signals | None) -> int:
        """Send a signal to the demo alone (None: it ends by itself); its exit status."""
        if number is not None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.output += rest.decode()
        return self.process.returncode

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def ask(self, path: str) -> httpx.Response:
        login = json.loads((self.run_folder / "credentials.json").read_text())
        return httpx.get(
            f"http://{LOCALHOST}:{self.api_port}/api/v1/{path}", auth=(login["username"], login["password"])
        )


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def demo(run_folder: Path) -> Iterator[Demo]:
    running = Demo(run_folder)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGTERM)
    if running.process.stdout is not None:
        running.process.stdout.close()


def test_the_demo_runs_enters_a_position_and_ends_with_all_its_processes(demo: Demo) -> None:
    started = time.monotonic()
    demo.wait_for("The bot is RUNNING", 120)
    demo.wait_for("signal  ", 120)
    demo.wait_for("entry   ", 180)
    assert time.monotonic() - started < 180, "the first entry comes within three minutes"
    assert demo.ask("ping").json() == {"status": "pong"}
    trades = demo.ask("status").json()
    assert any(trade["amount"] > 0 and trade["leverage"] > 1 for trade in trades)
    assert f"http://{LOCALHOST}:{demo.api_port}" in demo.output

    again = subprocess.run(demo.line(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert f"port {demo.replay_port}" in again.stderr

    children = demo.children()
    assert len(children) == 2
    assert demo.end(signal.SIGINT) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert is_free(demo.api_port)
    assert is_free(demo.replay_port)
    assert "Traceback" not in demo.output


def test_a_second_start_works_and_a_process_that_dies_ends_the_demo(demo: Demo) -> None:
    demo.wait_for("The bot is RUNNING", 120)
    assert "(shown once)" not in demo.output, "the first run has made the credentials"
    exchange, bot = demo.children()
    os.kill(exchange, signal.SIGKILL)
    assert demo.end(None) == 1
    assert "the replay exchange ended with status -9" in demo.output
    assert not Path(f"/proc/{bot}").exists()
