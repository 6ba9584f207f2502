"""Timing: interleaved repetitions, medians, one row per comparison."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


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


def faster(name: str, measured: Seconds, target: float, peer: str, scale: float = 1.0) -> Result:
    """A comparison in milliseconds; `scale` multiplies what the other side was measured on."""
    ours, theirs = measured.ours * 1e3, measured.theirs * scale * 1e3
    return Result(name, round(ours, 3), round(theirs, 3), "ms", round(theirs / ours, 1), target, peer)
