"""One coin's trades under many settings, with the features computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from companion.evidence.coins import CoinTask, course_of_task
from hhq.contracts import with_contracts
from hhq.costs import Costs
from hhq.decide import decide
from hhq.evidence.candidates import Candidates, candidates_of, one_at_a_time
from hhq.evidence.course import Course
from hhq.evidence.earnings import Earnings
from hhq.evidence.moves import Combination, settings_of
from hhq.evidence.outcomes import outcomes_of
from hhq.evidence.placebo import accepted_of
from hhq.settings import HHQSettings


@dataclass(frozen=True)
class Trial:
    """A coin's task with the number of its set, to be done under every one of the combinations."""

    task: CoinTask
    of_set: int
    combinations: tuple[Combination, ...]


def earnings_of(trials: Sequence[Trial], processes: int, done: Callable[[int, int], None]) -> list[Earnings]:
    """Return the earnings under each combination of the trials, which all have the same ones, all coins together.

    `done` is told (trials done, all). Raises DataFolderError.
    """
    parts: list[list[Earnings]] = []
    run = Parallel(n_jobs=processes, return_as="generator")
    for count, found in enumerate(run(delayed(coin_earnings)(trial) for trial in trials), start=1):
        done(count, len(trials))
        parts.append(found)
    return [Earnings.together(several) for several in zip(*parts, strict=True)]


def coin_earnings(trial: Trial) -> list[Earnings]:
    """Return the coin's earnings under each combination. Raises DataFolderError."""
    course = course_of_task(trial.task)
    if course is None:
        return [Earnings.nothing() for _ in trial.combinations]
    several = [settings_of(combination) for combination in trial.combinations]
    return [Earnings.of(_trades(course, settings), trial.of_set, settings) for settings in several]


def _trades(guide: Course, settings: HHQSettings) -> Candidates:
    """The accepted signals under these settings, one order or position a coin at a time."""
    decided = decide(guide.block, guide.market, guide.coins, settings)
    course = guide.decided(with_contracts(decided, guide.coins, settings))
    signals = course.decisions.signals
    accepted = signals.at(accepted_of(signals))
    trades = candidates_of(
        course, accepted, outcomes_of(course, accepted, settings), 0, Costs.by_order(settings), settings
    )
    return trades.only(one_at_a_time(trades, np.ones(trades.count, dtype=np.bool_)))
