"""The replay exchange as a child process, and the check that it is ready."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion.ground import processes
from companion.ground.errors import CompanionError
from companion.ground.layout import LOCALHOST, RUN

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class ReplayOptions:
    """What the replay exchange is started with.

    `start` is the recorded time shown first; without one the clock stands still and every coin of the folder is
    listed.
    """

    data: Path
    port: int
    start: datetime | None = None
    speed: float = 1.0
    origin: float | None = None
    exchange_info: Path | None = None
    align: str | None = None
    weight_limit: int | None = None
    faults: bool = False
    """Faults can be asked for."""

    def command(self) -> list[str]:
        """The command line."""
        line = [
            *(sys.executable, "-m", "companion.replay"),
            *("--data", str(self.data)),
            *("--port", str(self.port)),
        ]
        if self.start is None:
            line += ["--clock", "manual", "--list-all"]
        else:
            line += ["--start", self.start.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "--speed", f"{self.speed:g}"]
        if self.align is not None:
            line += ["--align", self.align]
        if self.origin is not None:
            line += ["--origin", repr(self.origin)]
        if self.exchange_info is not None:
            line += ["--exchange-info", str(self.exchange_info)]
        if self.weight_limit is not None:
            line += ["--weight-limit", str(self.weight_limit)]
        if self.faults:
            line.append("--faults")
        return line


def start(options: ReplayOptions, log: Path = RUN / "logs" / "replay.log") -> processes.Child:
    """Start it; its output goes to `log`."""
    return processes.start("the replay exchange", options.command(), log)


def wait_until_ready(child: processes.Child, port: int, timeout: float = 120.0) -> None:
    """Return once it answers. Raises ChildDiedError, or CompanionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        child.require_alive()
        if status(port) is not None:
            return
        time.sleep(_POLL_SECONDS)
    raise CompanionError(
        f"the replay exchange did not answer on port {port} within {timeout:g} s; log: {child.log}"
    )


def status(port: int) -> dict[str, object] | None:
    """The answer of GET /replay/status; None while there is none."""
    try:
        with urllib.request.urlopen(f"http://{LOCALHOST}:{port}/replay/status", timeout=2) as answer:
            content: dict[str, object] = json.load(answer)
            return content
    except (urllib.error.URLError, OSError, ValueError):
        return None
