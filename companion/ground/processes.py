"""Child processes in their own process groups, with log files, that end when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import IO

from companion.ground.errors import CompanionError
from companion.ground.layout import ROOT

GRACE_SECONDS = 15.0
"""How long a child may take to end by itself before it is killed."""
_PRIVATE = 0o600
_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """The user asked to end (Ctrl-C, SIGTERM, closed terminal). No ordinary handler may swallow it."""


class ChildDiedError(CompanionError):
    """A process that must run has ended by itself; the message holds the last lines of its log."""


@dataclass(frozen=True)
class Child:
    """A running process; `log` is where its output goes, None if it writes to our own streams."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def require_alive(self) -> None:
        """Raise ChildDiedError if it has ended."""
        status = self.process.poll()
        if status is not None:
            raise ChildDiedError(f"{self.name} ended with status {status}.{self._last_lines()}")

    def _last_lines(self, count: int = 15) -> str:
        if self.log is None:
            return ""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
        return f" The end of {self.log}:\n" + "\n".join(f"  {line}" for line in lines)

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """End the process and all that it started: first politely, after `grace` seconds by force."""
        self._signal(signal.SIGINT)
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # Also what the process itself may have left behind in its group.
            self._signal(signal.SIGKILL)
            self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


def start(
    name: str, command: Sequence[str], log: Path | None = None, environment: Mapping[str, str] | None = None
) -> Child:
    """Start `command` in the project's root; `environment` is added to ours."""
    variables = {**os.environ, **(environment or {})}
    if log is None:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, start_new_session=True)
        return Child(name, process, None)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb", opener=_for_its_owner_alone) as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # The logs that it makes itself are its owner's as well.
            umask=0o077,
        )
    return Child(name, process, log)


def _for_its_owner_alone(path: str, flags: int) -> int:
    handle = os.open(path, flags, _PRIVATE)
    # An earlier version may have left it readable for everybody.
    os.fchmod(handle, _PRIVATE)
    return handle


def start_heard(
    name: str,
    command: Sequence[str],
    hear: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> tuple[Child, Thread]:
    """Start `command` on our own streams; each line of its stderr is passed on and handed to `hear`.

    The thread ends when the process has closed that output.
    """
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    thread = Thread(target=_pass_on, args=(process.stderr, hear), name=f"errors of {name}", daemon=True)
    thread.start()
    return Child(name, process, None), thread


def _pass_on(lines: IO[bytes], hear: Callable[[str], None]) -> None:
    for line in lines:
        text = line.decode("utf-8", "replace")
        sys.stderr.write(text)
        sys.stderr.flush()
        hear(text)


class Children:
    """The processes that must not outlive us, in the order of their start."""

    def __init__(self) -> None:
        self._running: list[Child] = []
        self._is_starting = False
        self._stop: str | None = None

    def add(self, begin: Callable[[], Child]) -> Child:
        """Start a child with `begin`; a stop requested meanwhile raises StopRequested once the child is known here."""
        self._is_starting = True
        try:
            child = begin()
            self._running.append(child)
        finally:
            self._is_starting = False
        if self._stop is not None:
            raise StopRequested(self._stop)
        return child

    @property
    def running(self) -> tuple[Child, ...]:
        """Those that were started and not yet stopped."""
        return tuple(self._running)

    def require_alive(self) -> None:
        """Raise ChildDiedError if one has ended by itself."""
        for child in self._running:
            child.require_alive()

    def request_stop(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal: raise StopRequested, now or once the child that is being started is known.

        Only the first signal does: a second one close behind must not interrupt the ending of the children.
        """
        if self._stop is not None:
            return
        self._stop = signal.Signals(number).name
        if not self._is_starting:
            raise StopRequested(self._stop)

    def stop(self) -> None:
        """End all of them, the last started first."""
        while self._running:
            self._running.pop().stop()


@contextmanager
def ending_with_us() -> Iterator[Children]:
    """Children that are stopped however the block is left.

    SIGINT, SIGTERM and SIGHUP raise StopRequested inside the block; while children are being stopped,
    further signals are ignored: the grace period bounds how long that takes.
    """
    children = Children()
    before = {number: signal.signal(number, children.request_stop) for number in _ENDING_SIGNALS}
    try:
        yield children
    finally:
        for number in _ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
