"""Timing: interleaved repetitions, medians, one row per comparison."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison. `ratio` > 1: we are better; `peer` says what `theirs` is and how it was measured."""

    name: str
    ours: float
    theirs: float
    unit: str
    ratio: float
    target: float
    peer: str


@dataclass(frozen=True, slots=True)
class Seconds:
    """Median seconds of both sides."""

    ours: float
    theirs: float


def side_by_side(ours: Callable[[], object], theirs: Callable[[], object], repetitions: int) -> Seconds:
    """Run both in turns, `repetitions` times each after one run that does not count."""
    ours()
    theirs()
    own, other = [], []
    for _ in range(repetitions):
        own.append(seconds(ours))
        other.append(seconds(theirs))
    return Seconds(statistics.median(own), statistics.median(other))


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Watched:
    """What a command took: wall time, and the most memory that it and its children held at once."""

    seconds: float
    peak_mb: float
    output: str


def watched(command: Sequence[str], environment: Mapping[str, str]) -> Watched:
    """Run a command to its end. The memory is the resident set of all its processes added up: pages that they share count
    in each, so it is rather too much. Raises CalledProcessError.
    """
    started, peak = time.perf_counter(), 0
    with (
        tempfile.TemporaryFile() as output,
        psutil.Popen(command, stdout=output, env=dict(environment)) as process,
    ):
        while process.poll() is None:
            peak = max(peak, _resident(process))
            time.sleep(_SAMPLE_SECONDS)
        took = time.perf_counter() - started
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(command))
        output.seek(0)
        return Watched(took, peak / 2**20, output.read().decode())


def _resident(process: psutil.Process) -> int:
    total = 0
    for each in (process, *_children(process)):
        with suppress(psutil.NoSuchProcess):
            total += each.memory_info().rss
    return total


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def faster(name: str, measured: Seconds, target: float, peer: str, scale: float = 1.0) -> Result:
    """A comparison in milliseconds; `scale` multiplies what the other side was measured on."""
    ours, theirs = measured.ours * 1e3, measured.theirs * scale * 1e3
    return Result(name, round(ours, 3), round(theirs, 3), "ms", round(theirs / ours, 1), target, peer)
