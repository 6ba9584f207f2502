"""Whether a layer's points order candidates by what became of them: the rank correlation of each day."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from hhq.arrays import FloatArray, IntArray
from hhq.evidence.interval import LEAST_DAYS

LEAST_A_DAY = 10
"""A day with fewer candidates, or whose candidates all have the same points, is left out."""


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """Mean of the daily rank correlations, its t value and the number of days; NaN where there is too little."""

    days: int
    mean: float
    t: float


def rank_correlations(points: FloatArray, moves: FloatArray, days: IntArray) -> tuple[RankCorrelation, ...]:
    """Return the daily Spearman correlation of each row of ``points`` (layers, n) with ``moves`` (n,); NaN moves are left
    out. ``days`` int64 (n,).
    """
    order = np.flatnonzero(~np.isnan(moves))
    order = order[np.argsort(days[order], kind="stable")]
    found = [
        _of_day(points[:, order[begin:end]], moves[order[begin:end]]) for begin, end in _runs(days[order])
    ]
    daily = np.array(found).reshape(-1, points.shape[0])
    return tuple(_summary(column[~np.isnan(column)]) for column in daily.T)


def _of_day(points: FloatArray, moves: FloatArray) -> FloatArray:
    """Return one day's correlations, float64 (layers,), NaN where there is too little or nothing to order."""
    result = np.full(points.shape[0], np.nan)
    some = np.ptp(points, axis=1) > 0.0
    if moves.size >= LEAST_A_DAY and np.ptp(moves) > 0.0 and some.any():
        x, y = rankdata(points[some], axis=1), rankdata(moves)
        x, y = x - x.mean(axis=1, keepdims=True), y - y.mean()
        result[some] = x @ y / np.sqrt((x**2).sum(axis=1) * (y**2).sum())
    return result


def _summary(values: FloatArray) -> RankCorrelation:
    if values.size < LEAST_DAYS:
        return RankCorrelation(int(values.size), math.nan, math.nan)
    error = float(values.std(ddof=1)) / math.sqrt(values.size)
    mean = float(values.mean())
    return RankCorrelation(int(values.size), mean, mean / error if error else math.nan)


def _runs(days: IntArray) -> list[tuple[int, int]]:
    borders = np.flatnonzero(np.diff(days)) + 1
    begins, ends = np.concatenate(([0], borders)), np.concatenate((borders, [days.size]))
    return [(int(begin), int(end)) for begin, end in zip(begins, ends, strict=True) if end > begin]
