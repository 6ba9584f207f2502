"""Whether memory and handles drift: judged on samples, without a process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

MOST_MB_AN_HOUR = 1.0
"""The steepest slope of a process's memory, per simulated hour."""


@dataclass(frozen=True)
class Sample:
    """One process at a moment: simulated ``hours`` since the run began, resident memory, what it holds open."""

    hours: float
    resident_mb: float
    files: int
    sockets: int
    others: int
    threads: int


@dataclass(frozen=True)
class Slope:
    """A line through samples by least squares: MB a simulated hour, and half the width of its 95 % interval.

    Neighbouring samples are alike, so the interval is that of the means of ``blocks`` equal stretches of time.
    """

    mb_an_hour: float
    within: float
    begins_mb: float
    ends_mb: float
    hours: float
    blocks: int


_BLOCKS = 20
_FEWEST = 4
_TWO_SIDED = 1.96


def after(samples: Sequence[Sample], hours: float) -> list[Sample]:
    """The samples behind the warm-up."""
    return [sample for sample in samples if sample.hours >= hours]


def slope(samples: Sequence[Sample]) -> Slope:
    """The trend of the resident memory. Raises ValueError for fewer than four samples."""
    if len(samples) < _FEWEST:
        raise ValueError(f"{len(samples)} samples show no trend")
    blocks = [part for part in np.array_split(np.arange(len(samples)), _BLOCKS) if part.size]
    hours = np.array([np.mean([samples[at].hours for at in part]) for part in blocks])
    memory = np.array([np.mean([samples[at].resident_mb for at in part]) for part in blocks])
    centred = hours - hours.mean()
    steep = float(centred @ memory / (centred @ centred))
    rest = memory - memory.mean() - steep * centred
    error = float(np.sqrt(rest @ rest / max(len(blocks) - 2, 1) / (centred @ centred)))
    spread = float(hours[-1] - hours[0])
    return Slope(steep, _TWO_SIDED * error, float(memory[0]), float(memory[-1]), spread, len(blocks))


def memory_findings(name: str, samples: Sequence[Sample], most: float = MOST_MB_AN_HOUR) -> Iterator[str]:
    """What is wrong with the memory of a process, after its warm-up."""
    found = slope(samples)
    if found.mb_an_hour > most:
        yield f"{name} grows by {found.mb_an_hour:.2f} MB an hour (at most {most:g} are allowed)"


_KINDS = ("files", "sockets", "others", "threads")


def handle_counts(samples: Sequence[Sample]) -> dict[str, tuple[float, float, int]]:
    """By kind: the median of the first and of the last quarter, and the most there ever were."""
    quarter = max(len(samples) // 4, 1)
    counts = {kind: [getattr(sample, kind) for sample in samples] for kind in _KINDS}
    return {
        kind: (median(values[:quarter]), median(values[-quarter:]), max(values))
        for kind, values in counts.items()
    }


def handle_findings(name: str, samples: Sequence[Sample]) -> Iterator[str]:
    """Handles and threads that have become more.

    Sockets come and go with each fault, so their usual number counts, with one of those that are being closed.
    """
    for kind, (begun, ended, _) in handle_counts(samples).items():
        if ended > begun + (kind == "sockets"):
            yield f"{name} holds {ended:g} {kind} at the end, {begun:g} after the warm-up"
