"""A profile is chosen: by greedy steps from the guide, and judged on days that took no part in the choice.

The score of a combination is the lower bound of its mean daily result, at a level that is divided by the number of
combinations that were looked at on the way (Bonferroni). A step is taken only if it raises the score by a tenth of what
the guide's is below 0: fewer changes are preferred. A combination that hardly trades cannot be judged, and is not eligible.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.evidence.earnings import Days, Earnings
from hhq.evidence.interval import LEAST_COUNT, Mean, mean_by_days
from hhq.evidence.moves import Combination, next_combinations

MOST_STEPS = 3
LEVEL = 0.05
LEAST_RISE = 0.1
LEAST_TRADES_A_DAY = 0.5
"""In every set: a profile that trades less cannot be told from one that does not trade."""
CUTS = (0.4, 0.6, 0.8)
"""Shares of the days, in the order of the calendar, that the walk-forward choices see."""
_EMBARGO_DAYS = 1

Evaluate = Callable[[Sequence[Combination]], Mapping[Combination, Earnings]]
"""Returns the earnings of all combinations so far, these among them: many at once, so that the work can be shared out."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken: the combination after it, its score, and how many combinations had been looked at."""

    combination: Combination
    score: float
    tried: int


@dataclass(frozen=True, slots=True)
class Fold:
    """Days on which a choice is made, and days on which it is judged, bool (d,) each."""

    name: str
    learn: BoolArray
    judge: BoolArray


@dataclass(frozen=True, slots=True)
class Balance:
    """What a profile did on some days: trades, means in % of the equity a coin and day, sums in % of the equity a coin."""

    trades: int
    daily: Mean
    net_pct_of_notional: Mean
    fees: float
    hours_a_day: float


@dataclass(frozen=True, slots=True)
class Contest:
    """The guide against what was chosen without these days: ``difference`` of the daily results, day by day."""

    name: str
    chosen: tuple[Combination, ...]
    guide: Balance
    measured: Balance
    difference: Mean


def choose(evaluate: Evaluate, days: Days, learn: Sequence[BoolArray]) -> list[list[Step]]:
    """Return for each of several masks of days, bool (d,), the steps of the choice that is made on them alone.

    The first step is the guide itself, the last what is chosen. The choices go side by side, so that what several of them
    look at is computed once.
    """
    guide: Combination = ()
    known = evaluate([guide])
    choices = [[Step(guide, score(known[guide], days, mask, 1), 1)] for mask in learn]
    going = list(range(len(choices)))
    for _ in range(MOST_STEPS):
        offered = {number: next_combinations(choices[number][-1].combination) for number in going}
        known = evaluate([each for several in offered.values() for each in several])
        going = [
            number
            for number in going
            if _stepped(choices[number], offered[number], known, days, learn[number])
        ]
        if not going:
            break
    return choices


def _stepped(
    steps: list[Step],
    offered: Sequence[Combination],
    known: Mapping[Combination, Earnings],
    days: Days,
    learn: BoolArray,
) -> bool:
    """Take the best of the offered steps if it is worth it, and return whether it was."""
    tried = steps[-1].tried + len(offered)
    # What was reached so far has to hold at the stricter level too.
    reached = score(known[steps[-1].combination], days, learn, tried)
    scores = {each: score(known[each], days, learn, tried) for each in offered}
    best = max(offered, key=lambda each: scores[each])
    if not scores[best] > reached + LEAST_RISE * abs(steps[0].score):
        return False
    steps.append(Step(best, scores[best], tried))
    return True


def score(earnings: Earnings, days: Days, chosen: BoolArray, tried: int) -> float:
    """Return the lower bound of the mean daily result on the chosen days; −inf for what cannot be judged."""
    inside = earnings.within(days, chosen)
    for number in np.unique(days.of_set[chosen]):
        wanted = LEAST_TRADES_A_DAY * int((chosen & (days.of_set == number)).sum())
        if int((inside.of_set == number).sum()) < max(wanted, LEAST_COUNT):
            return -math.inf
    daily = _daily_mean(earnings.daily(days), days, chosen)
    return daily.at_least(LEVEL / tried) if daily.is_enough else -math.inf


def folds(days: Days) -> tuple[list[Fold], list[Fold]]:
    """Return the folds of the walk-forward, one after the other in time, and those that leave one set out.

    A set that is left out takes its days out of the others, too: they share the market of the day.
    """
    order = np.argsort(days.day, kind="stable")
    rank = np.empty(order.size)
    rank[order] = (np.arange(order.size) + 0.5) / order.size
    forward = []
    for cut, until in zip(CUTS, (*CUTS[1:], 1.0), strict=True):
        judge = (rank >= cut) & (rank < until)
        first = int(days.day[judge].min()) if judge.any() else 0
        learn = (rank < cut) & (days.day < first - _EMBARGO_DAYS)
        forward.append(Fold(f"days from {cut:.0%} to {until:.0%}", learn, judge))
    apart = [
        Fold(f"set {number}", ~np.isin(days.day, days.day[days.of_set == number]), days.of_set == number)
        for number in np.unique(days.of_set).tolist()
    ]
    return forward, apart if len(apart) > 1 else []


def contest(
    name: str,
    known: Mapping[Combination, Earnings],
    days: Days,
    parts: Sequence[Fold],
    chosen: Sequence[Combination],
) -> Contest:
    """Compare what was chosen on each fold's days to learn from with the guide, on the days to judge by, all together."""
    guide = known[()]
    judged = np.any([part.judge for part in parts], axis=0)
    measured = Earnings.together(
        [known[each].within(days, part.judge) for each, part in zip(chosen, parts, strict=True)]
    )
    gained = measured.daily(days) - guide.daily(days)
    return Contest(
        name,
        tuple(chosen),
        balance(guide.within(days, judged), days, judged),
        balance(measured, days, judged),
        _daily_mean(gained, days, judged),
    )


def balance(earnings: Earnings, days: Days, chosen: BoolArray) -> Balance:
    """Return what some trades, all of them on the chosen days, did there."""
    place = earnings.places(days)
    coins = days.coins[place] if place.size else np.ones(0)
    return Balance(
        trades=int(earnings.net_pct.size),
        daily=_daily_mean(earnings.daily(days), days, chosen),
        net_pct_of_notional=mean_by_days(earnings.net_pct, earnings.day),
        fees=float((earnings.fees_pct * earnings.share / coins).sum()),
        hours_a_day=float((earnings.hours / coins).sum() / max(int(chosen.sum()), 1)),
    )


def _daily_mean(daily: FloatArray, days: Days, chosen: BoolArray) -> Mean:
    """Return the mean of daily results, float64 (d,), on the chosen days: sets of the same day are one observation."""
    return mean_by_days(daily[chosen], days.day[chosen])
