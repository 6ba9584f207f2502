"""Children end with us, however the block is left."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from companion.ground import processes

WAITS = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]
# Ignores SIGINT and has a child of its own.
STUBBORN_PROGRAM = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(child.pid, flush=True)
signal.pause()
"""
STUBBORN = [sys.executable, "-c", STUBBORN_PROGRAM]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid: int, within: float = 20.0) -> bool:
    """Wait until a process that was sent SIGKILL is gone; the kernel takes it down in its own time."""
    latest = time.monotonic() + within
    while is_running(pid):
        if time.monotonic() > latest:
            return False
        os.sched_yield()
    return True


def first_line(child: processes.Child) -> str:
    assert child.log is not None
    while not (text := child.log.read_text()).endswith("\n"):
        child.require_alive()
    return text.strip()


def test_leaving_the_block_ends_the_children(tmp_path: Path) -> None:
    with processes.ending_with_us() as children:
        child = children.add(lambda: processes.start("sleeper", WAITS, tmp_path / "log"))
        first_line(child)
    assert not is_running(child.process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_block_and_the_children(number: signal.Signals, tmp_path: Path) -> None:
    started: list[processes.Child] = []

    def wait_and_be_stopped() -> None:
        with processes.ending_with_us() as children:
            started.append(children.add(lambda: processes.start("sleeper", WAITS, tmp_path / "log")))
            first_line(started[0])
            signal.raise_signal(number)

    with pytest.raises(processes.StopRequested):
        wait_and_be_stopped()
    assert not is_running(started[0].process.pid)


def test_two_signals_at_once_end_the_children_all_the_same(tmp_path: Path) -> None:
    """Ctrl-C in a terminal and the end of the session, or a program that signals its child and its group."""
    started: list[processes.Child] = []
    both = {signal.SIGINT, signal.SIGTERM}

    def wait_and_be_stopped() -> None:
        with processes.ending_with_us() as children:
            started.append(children.add(lambda: processes.start("sleeper", WAITS, tmp_path / "log")))
            first_line(started[0])
            signal.pthread_sigmask(signal.SIG_BLOCK, both)
            for number in both:
                signal.raise_signal(number)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, both)

    with pytest.raises(processes.StopRequested):
        wait_and_be_stopped()
    assert not is_running(started[0].process.pid)


def test_a_signal_while_a_child_is_being_started_leaves_no_orphan(tmp_path: Path) -> None:
    started: list[processes.Child] = []

    def begin() -> processes.Child:
        started.append(processes.start("sleeper", WAITS, tmp_path / "log"))
        signal.raise_signal(signal.SIGINT)
        return started[0]

    with pytest.raises(processes.StopRequested), processes.ending_with_us() as children:
        children.add(begin)
    assert not is_running(started[0].process.pid)


def test_a_child_that_does_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    child = processes.start("stubborn", STUBBORN, tmp_path / "log")
    grandchild = int(first_line(child))
    child.stop(grace=0.2)
    assert not is_running(child.process.pid)
    assert ends(grandchild)


def test_a_child_that_died_is_reported_with_its_last_lines(tmp_path: Path) -> None:
    child = processes.start("the bot", [sys.executable, "-c", "exit('no money')"], tmp_path / "log")
    child.process.wait()
    with pytest.raises(processes.ChildDiedError, match=r"(?s)the bot ended with status 1.*no money"):
        child.require_alive()
