"""What the decisions are compared with: the same exits after entries that no signal has chosen."""

from __future__ import annotations

import numpy as np

from hhq.arrays import IntArray
from hhq.decide import has_data
from hhq.evidence.course import Course
from hhq.gates import Gate
from hhq.settings import HHQSettings
from hhq.signals import Signals, Where, evaluate


def opposite_of(course: Course, signals: Signals, settings: HHQSettings) -> Signals:
    """Return the same moments on the other side, with that side's own entry, levels and leverage."""
    return _decided(course, Where(signals.coin, signals.bar, -signals.side), settings)


def random_entries(
    course: Course, like: Signals, settings: HHQSettings, generator: np.random.Generator
) -> Signals:
    """Return as many entries as ``like`` has, at random candles that have data, with its share of LONGs."""
    known = np.flatnonzero(has_data(course.block, settings.signal.minimum_history)[0])
    if not known.size or not like.count:
        return _decided(course, Where(*(np.empty(0, dtype=np.int64),) * 2, np.empty(0)), settings)
    bars: IntArray = np.sort(generator.choice(known, size=min(like.count, known.size), replace=False))
    long_share = float(np.mean(like.side > 0.0))
    side = np.where(generator.random(bars.size) < long_share, 1.0, -1.0)
    return _decided(course, Where(np.zeros_like(bars), bars, side), settings)


def accepted_of(signals: Signals) -> IntArray:
    """Return the numbers of the accepted signals, int64."""
    return np.flatnonzero(signals.gate == Gate.SCORE_PASS)


def _decided(course: Course, at: Where, settings: HHQSettings) -> Signals:
    decisions = course.decisions
    return evaluate(
        course.block, decisions.regime, decisions.threshold, course.market, course.coins, settings, at
    )
