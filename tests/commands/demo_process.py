"""`python -m companion demo` as a process, with ports and a run folder of the test's own."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from companion.ground.layout import LOCALHOST, ROOT
from companion.ground.ports import any_free

# Freqtrade writes no log file where it sees pytest.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


class Demo:
    """A running `python -m companion demo`, and what it prints."""

    def __init__(
        self, run_folder: Path, coins: int = 24, environment: Mapping[str, str] | None = None
    ) -> None:
        self.run_folder = run_folder
        self.coins = coins
        self.started_ms = time.time() * 1000.0
        self.api_port, self.replay_port, self.companion_port = any_free(), any_free(), any_free()
        self.output = ""
        self.process = subprocess.Popen(
            self.line(),
            cwd=ROOT,
            env={**_ENVIRONMENT, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def line(self) -> list[str]:
        return [
            *(sys.executable, "-m", "companion", "demo", "--coins", str(self.coins)),
            *("--api-port", str(self.api_port), "--replay-port", str(self.replay_port)),
            *("--companion-port", str(self.companion_port)),
            *("--run-folder", str(self.run_folder)),
        ]

    def wait_for(self, text: str, seconds: float) -> None:
        """Read the output until it contains `text`."""
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
        """Send a signal to the demo alone (None: it ends by itself); returns its exit status."""
        if number is not None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.output += rest.decode()
        return self.process.returncode

    def close(self) -> None:
        """End what still runs."""
        if self.process.poll() is None:
            self.end(signal.SIGTERM)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def ask_companion(self, path: str) -> httpx.Response:
        token = json.loads((self.run_folder / "companion-credentials.json").read_text())["ws_token"]
        return httpx.get(
            f"http://{LOCALHOST}:{self.companion_port}{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )

    def until(self, what: str, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until the condition on the companion holds."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except httpx.HTTPError:
                pass
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, (self.run_folder / "logs" / "companion.log").read_text()[
                -4000:
            ]
            time.sleep(0.2)

    def figure(self, name: str) -> float:
        """A figure of the companion."""
        lines = self.ask_companion("/metrics").text.splitlines()
        (value,) = (line.rsplit(" ", 1)[1] for line in lines if line.startswith(name))
        return float(value)

    def change(self, settings: dict[str, object]) -> httpx.Response:
        """Change settings over the companion's API."""
        token = json.loads((self.run_folder / "companion-credentials.json").read_text())["ws_token"]
        return httpx.patch(
            f"http://{LOCALHOST}:{self.companion_port}/api/v1/settings",
            headers={"Authorization": f"Bearer {token}"},
            json={"changes": settings},
            timeout=20,
        )

    def ask(self, path: str) -> httpx.Response:
        login = json.loads((self.run_folder / "credentials.json").read_text())
        return httpx.get(
            f"http://{LOCALHOST}:{self.api_port}/api/v1/{path}", auth=(login["username"], login["password"])
        )
