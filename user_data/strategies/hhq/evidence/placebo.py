"""What the decisions are compared with: the same exits after entries that no signal has chosen."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.decide import has_data
from hhq.evidence.course import Course
from hhq.gates import Gate
from hhq.settings import HHQSettings
from hhq.signals import Signals, Where, evaluate


def opposite_of(course: Course, signals: Signals, settings: HHQSettings) -> Signals:
    """Return the same moments on the other side, with that side's own entry, levels and leverage."""
    return _decided(course, Where(signals.coin, signals.bar, -signals.side), settings)


def placebo_entries(course: Course, like: Signals, settings: HHQSettings, uniform: FloatArray) -> Signals:
    """Return as many entries as ``like`` has, at candles with data that chance chooses, with its share of LONGs.

    ``uniform`` float64 (2, rows): numbers drawn evenly from 0 to 1, two for each candle; the candles with the smallest
    first numbers are entered, on the side that the second one says.
    """
    known = np.flatnonzero(has_data(course.block, settings.signal.minimum_history)[0])
    bars: IntArray = np.sort(known[np.argsort(uniform[0, known])[: like.count]])
    long_share = float(np.mean(like.side > 0.0)) if like.count else 0.0
    side = np.where(uniform[1, bars] < long_share, 1.0, -1.0)
    return _decided(course, Where(np.zeros_like(bars), bars, side), settings)


def accepted_of(signals: Signals) -> IntArray:
    """Return the numbers of the accepted signals, int64."""
    return np.flatnonzero(signals.gate == Gate.SCORE_PASS)


def _decided(course: Course, at: Where, settings: HHQSettings) -> Signals:
    decisions = course.decisions
    return evaluate(
        course.block, decisions.regime, decisions.threshold, course.market, course.coins, settings, at
    )
