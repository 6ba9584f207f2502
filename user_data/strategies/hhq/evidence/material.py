"""Everything that a report on one data set is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.costs import Costs
from hhq.evidence.candidates import Candidates, candidates_of, one_at_a_time
from hhq.evidence.course import Course
from hhq.evidence.outcomes import outcomes_of
from hhq.evidence.placebo import accepted_of, opposite_of, placebo_entries
from hhq.exits.slots import MarketSlot
from hhq.gates import Gate
from hhq.panel import CANDLES_PER_DAY
from hhq.settings import HHQSettings
from hhq.signals import Signals

_CANDIDATES = ("every", "placebo", "opposite")


class Holding(NamedTuple):
    """What holding coins from one day's last close to the next one's earned: % of the price, and the days."""

    moves_pct: FloatArray
    day: IntArray


@dataclass(frozen=True, slots=True)
class Material:
    """Candidates of one data set.

    ``every``: all with a side, whatever gate they ended at; ``placebo`` (entries that chance chose) and ``opposite``: what
    the accepted ones are compared with; ``holding``: the coins themselves.
    """

    every: Candidates
    placebo: Candidates
    opposite: Candidates
    holding: Holding

    @property
    def accepted(self) -> Candidates:
        """The accepted signals, one order or position a coin at a time."""
        return self.every.only(one_at_a_time(self.every, self.every.gate == Gate.SCORE_PASS))

    @classmethod
    def together(cls, parts: Sequence[Material]) -> Material:
        """Return the material of several coins of one set, whose numbers differ, in one."""
        every, placebo, opposite = (
            Candidates.together([getattr(part, name) for part in parts]) for name in _CANDIDATES
        )
        moves = np.concatenate([part.holding.moves_pct for part in parts])
        return cls(
            every, placebo, opposite, Holding(moves, np.concatenate([part.holding.day for part in parts]))
        )

    @classmethod
    def of_sets(cls, sets: Sequence[Material]) -> Material:
        """Return the material of several sets in one; a coin of two sets counts as two coins."""
        apart, first = [], 0
        for material in sets:
            moved = {name: getattr(material, name).renumbered(first) for name in _CANDIDATES}
            apart.append(replace(material, **moved))
            first += 1 + max(int(getattr(material, name).coin.max(initial=-1)) for name in _CANDIDATES)
        return cls.together(apart)


def material_of(
    course: Course, coin: int, settings: HHQSettings, costs: Costs, uniform: FloatArray
) -> Material:
    """Return the material of one coin with this number; ``uniform`` as in placebo_entries()."""
    signals = course.decisions.signals

    def became(candidates: Signals) -> Candidates:
        return candidates_of(
            course, candidates, outcomes_of(course, candidates, settings), coin, costs, settings
        )

    every = became(signals)
    accepted = signals.at(accepted_of(signals))
    # As many as have the coin free: overlapping ones would count the same way of the price again and again.
    taken = signals.at(one_at_a_time(every, every.gate == Gate.SCORE_PASS))
    placebo = became(placebo_entries(course, taken, settings, uniform))
    opposite = became(opposite_of(course, accepted, settings))
    return Material(every, _free(placebo), _free(opposite), _holding(course))


def _free(candidates: Candidates) -> Candidates:
    return candidates.only(one_at_a_time(candidates, np.ones(candidates.count, dtype=np.bool_)))


def _holding(course: Course) -> Holding:
    bars = course.block.first_bar + np.arange(course.rows)
    last = np.flatnonzero((bars + 1) % CANDLES_PER_DAY == 0)
    close = course.price(MarketSlot.CLOSE)[last]
    moves = (close[1:] / close[:-1] - 1.0) * 100.0
    known = ~np.isnan(moves)
    day: IntArray = bars[last][1:] // CANDLES_PER_DAY
    return Holding(moves[known], day[known])
