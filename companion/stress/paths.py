"""Shapes of scripted candles, all relative to the close before the first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from companion.replay.embedded.noise import FloatArray
from companion.stress.tape import Bars


def moves(percent: Iterable[float], *, gap: float = 0.0, wick: float = 0.0) -> Bars:
    """Candles that close ``percent`` from their opens, one after the other.

    The first opens ``gap`` percent from the close before it, the others at the last close; ``wick`` percent is
    added on both sides.
    """
    steps = 1.0 + np.fromiter(percent, dtype=np.float64) / 100.0
    close: FloatArray = np.asarray((1.0 + gap / 100.0) * np.cumprod(steps), dtype=np.float64)
    opened = close / steps
    return Bars(
        opened,
        np.maximum(opened, close) * (1.0 + wick / 100.0),
        np.minimum(opened, close) * (1.0 - wick / 100.0),
        close,
    )


def through(levels: Iterable[float], *, steps: int = 1) -> Bars:
    """Candles without wicks that close at each of ``levels`` (multiples), ``steps`` candles on the way to each."""
    points = np.concatenate(([1.0], np.fromiter(levels, dtype=np.float64)))
    where = np.arange(1, (len(points) - 1) * steps + 1) / steps
    close: FloatArray = np.interp(where, np.arange(len(points)), points)
    opened = np.concatenate(([1.0], close[:-1]))
    return Bars(opened, np.maximum(opened, close), np.minimum(opened, close), close)


def joined(*parts: Bars) -> Bars:
    """Parts one after the other, each relative to the close before it."""
    level, columns = 1.0, []
    for part in parts:
        columns.append([column * level for column in (part.open, part.high, part.low, part.close)])
        level *= float(part.close[-1])
    return Bars(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def flat(count: int) -> Bars:
    """Candles on which nothing trades away from the last price."""
    return Bars(*(np.ones(count) for _ in range(4)))
