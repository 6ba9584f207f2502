"""Processes that outlived the program that started them: after kill -9 it could not end its children."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import psutil

from companion.ground.errors import UsageError
from companion.ground.processes import Child
from hhq_shared.atomic_file import remove_drafts, replace_file

_CLOCK_CORRECTION = 2.0


class _Left(NamedTuple):
    name: str
    pid: int
    began: float


def note(path: Path, children: Iterable[Child]) -> None:
    """Write down which processes are running, for :func:`refuse_beside_leftovers` at a later start."""
    rows = [
        {"name": child.name, "pid": child.process.pid, "began": began}
        for child in children
        if (began := _began(child.process.pid)) is not None
    ]
    replace_file(path, json.dumps(rows).encode())


def refuse_beside_leftovers(path: Path) -> None:
    """Raise UsageError naming every process of an earlier start that still runs, orphaned or not."""
    remove_drafts(path)
    running = [left for left in _read(path) if _is_it(left)]
    if not running:
        return
    told = ", ".join(f"{left.name} (pid {left.pid})" for left in running)
    pids = " ".join(str(left.pid) for left in running)
    raise UsageError(
        f"an earlier run is still there: {told}. End it with Ctrl-C where it runs, or: kill {pids}"
    )


def _is_it(left: _Left) -> bool:
    began = _began(left.pid)
    # The start is counted from the boot, whose time moves when the clock is set.
    return began is not None and abs(began - left.began) < _CLOCK_CORRECTION


def _read(path: Path) -> list[_Left]:
    try:
        rows = json.loads(path.read_bytes())
        return [_Left(str(row["name"]), int(row["pid"]), float(row["began"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _began(pid: int) -> float | None:
    """When a process began (Unix seconds): pids are reused, start times are not. None if it has ended."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return None
