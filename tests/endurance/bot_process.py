"""The bot as a process: forked from the template, killed, waited for."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from companion.ground.layout import ROOT

_TEMPLATE_SECONDS, _FORK_SECONDS = 300.0, 20.0


class EnduranceError(Exception):
    """The run itself cannot go on; no statement about the bot's state."""


class Template:
    """The process that forks bots, one at a time."""

    def __init__(self, environment: Mapping[str, str], errors: Path) -> None:
        self._pid = 0
        self.status: int | None = None
        self._rest = b""
        with errors.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.endurance.template"],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Return once it has imported everything."""
        self._expect("ready", _TEMPLATE_SECONDS)

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], output: Path) -> None:
        """Fork a bot that runs `freqtrade` with these arguments."""
        order = {"arguments": list(arguments), "environment": dict(environment), "output": str(output)}
        self.status = None
        if self._process.stdin is None:
            raise EnduranceError("the template takes no orders")
        self._process.stdin.write(f"{json.dumps(order)}\n".encode())
        self._process.stdin.flush()
        self._pid = int(self._expect("pid", _FORK_SECONDS)["pid"])

    def is_over(self) -> bool:
        """Whether the bot has ended."""
        if self.status is None and (answer := self._answer(0.0)) is not None:
            self.status = int(answer["status"])
        return self.status is not None

    def kill(self) -> int:
        """Kill -9 and wait; return the exit status."""
        if not self.is_over():
            os.killpg(self._pid, signal.SIGKILL)
            self.status = int(self._expect("status", _FORK_SECONDS)["status"])
        return int(self.status or 0)

    def stop(self) -> None:
        """End the bot and the template."""
        if self._pid and not self.is_over():
            self.kill()
        self._process.kill()
        self._process.communicate()

    def _expect(self, name: str, seconds: float) -> dict[str, Any]:
        answer = self._answer(seconds)
        if answer is None or name not in answer:
            raise EnduranceError(f"the template said {answer} instead of {name!r} within {seconds:g} s")
        return answer

    def _answer(self, seconds: float) -> dict[str, Any] | None:
        """Return the next line of the template, None where none comes."""
        if self._process.stdout is None:
            return None
        descriptor = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([descriptor], [], [], seconds)
            chunk = os.read(descriptor, 65_536) if ready else b""
            if not chunk:
                return None
            self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer
