"""`python -m companion serve` as a process, with ports, files and a database of the test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from companion.ground.layout import LOCALHOST, ROOT
from companion.ground.ports import any_free

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTEST_", "HHQ_", "FREQTRADE__"))
}


class Served:
    """A running companion; its output goes to a log. ``sections`` overlay the settings."""

    def __init__(
        self,
        folder: Path,
        exchange: int,
        environment: Mapping[str, str] | None = None,
        /,
        **sections: dict[str, Any],
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = any_free()
        self.login = folder / "login.json"
        self._log = folder / "companion.log"
        given: dict[str, dict[str, Any]] = {
            "server": {"port": self.port},
            "security": {"login_file": str(self.login), "users_file": str(folder / "users.json")},
            "exchange": {"base_url": f"http://{LOCALHOST}:{exchange}"},
            "bots": {
                "urls": [f"http://{LOCALHOST}:{any_free()}"],
                "overlay_file": str(folder / "overlay.toml"),
            },
            "scanner": {"pairlist_file": str(folder / "pairs.json")},
            "recorder": {"folder": str(folder / "recorded")},
            "store": {"url": f"sqlite:///{folder / 'companion.sqlite'}"},
        }
        for name, values in sections.items():
            given.setdefault(name, {}).update(values)
        self._config = folder / "companion.toml"
        self._environment = {**ENVIRONMENT, **(environment or {})}
        self._config.write_text(
            "\n".join(
                f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
                for name, values in given.items()
            )
        )
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "companion", "serve", "--config", str(self._config)],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def again(self) -> Served:
        """Start it once more, after its end, with the same port, files and database."""
        self.process = self._started()
        return self

    @property
    def log(self) -> str:
        """What it has said."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str, *, login: bool = True) -> httpx.Response:
        """GET with the token of its own login."""
        headers = self.headers() if login else {}
        return httpx.get(f"http://{LOCALHOST}:{self.port}{path}", headers=headers, timeout=20)

    def headers(self) -> dict[str, str]:
        """The headers that a program with the token of its own login sends."""
        return {"Authorization": f"Bearer {json.loads(self.login.read_text())['ws_token']}"}

    def missing(self) -> dict[str, str]:
        """What /ready says is missing, with the reason; empty when it is ready."""
        answer = self.get("/ready", login=False).json()
        return {entry["part"]: entry["detail"] for entry in answer["missing"]}

    def answers(self, seconds: float = 120.0) -> Served:
        """Wait until it answers."""
        self.until(lambda: self.get("/health", login=False).status_code == 200, seconds)
        return self

    def until(self, condition: Any, seconds: float = 120.0) -> float:
        """Wait until the condition holds; returns the seconds that it took."""
        began = time.monotonic()
        while True:
            assert self.process.poll() is None, f"it has ended:\n{self.log[-4000:]}"
            try:
                if condition():
                    return time.monotonic() - began
            except httpx.HTTPError:
                pass
            assert time.monotonic() - began < seconds, f"not within {seconds} s:\n{self.log[-4000:]}"
            time.sleep(0.1)

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End it; returns the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - began

    def kill(self) -> None:
        """Kill -9 whatever is left of it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
