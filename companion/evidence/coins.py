"""One coin's part of the evidence, as a task that any process or machine with the data can do."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from companion.offline.candles import load_settlements
from companion.offline.data_folder import NoCandlesError, open_folder
from companion.offline.decisions import decide_range
from companion.offline.pair_rules import load_pair_rules
from hhq.costs import Costs
from hhq.evidence.candidates import Candidates, candidates_of
from hhq.evidence.course import Course, course_of
from hhq.evidence.material import Material, material_of
from hhq.evidence.outcomes import outcomes_of
from hhq.settings import HHQSettings


@dataclass(frozen=True)
class CoinTask:
    """`folder` of the data, the pair with its number, the candles that open in [begin, end), settings, costs, and the seed
    of the random entries: the same task gives the same material anywhere.
    """

    folder: Path
    pair: str
    number: int
    begin: datetime
    end: datetime
    settings: HHQSettings
    costs: Costs
    seed: int


def course_of_task(task: CoinTask) -> Course | None:
    """Return the decided candles of the task's coin, None if it has none in that time. Raises DataFolderError."""
    folder = open_folder(task.folder)
    coins = load_pair_rules(folder, (task.pair,)).coins
    try:
        decided = next(decide_range(folder, coins, task.begin, task.end, task.settings), None)
    except NoCandlesError:
        return None
    if decided is None:
        return None
    return course_of(
        decided.candles,
        decided.block,
        decided.market.values,
        coins,
        decided.decisions,
        load_settlements(folder, decided.candles)[0],
        task.settings,
    )


def coin_candidates(task: CoinTask) -> Candidates | None:
    """Return the candidates of the task's coin, None if it has no candles in that time. Raises DataFolderError."""
    course = course_of_task(task)
    if course is None:
        return None
    signals = course.decisions.signals
    outcomes = outcomes_of(course, signals, task.settings)
    return candidates_of(course, signals, outcomes, task.number, task.costs, task.settings)


def coin_material(task: CoinTask) -> Material | None:
    """Return the material of the task's coin, None if it has no candles in that time. Raises DataFolderError."""
    course = course_of_task(task)
    if course is None:
        return None
    generator = np.random.default_rng((task.seed, zlib.crc32(task.pair.encode())))
    uniform = generator.random((2, course.rows))
    return material_of(course, task.number, task.settings, task.costs, uniform)
