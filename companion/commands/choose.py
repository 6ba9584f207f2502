"""`companion choose`: which changes of the guide's settings lose less on recorded data, chosen and judged apart."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

from companion.commands.command import Command
from companion.commands.data_options import add_sets_options, sets_of
from companion.commands.explanation.choice_text import contest_lines, step_lines
from companion.commands.output import check_writable, write_out
from companion.evidence.coins import CoinTask
from companion.evidence.profile_file import profile_text
from companion.evidence.trials import Trial, earnings_of
from companion.ground.errors import UsageError
from companion.offline.data_folder import DataFolder
from hhq.costs import Costs
from hhq.evidence.choice import Contest, Step, choose, contest, folds
from hhq.evidence.earnings import Days, Earnings
from hhq.evidence.moves import MOVES, Combination, values_of
from hhq.settings import HHQSettings
from hhq_shared.atomic_file import replace_file
from hhq_shared.profiles import MEASURED_FILE

_EPILOG = (
    "The choice is made greedily from the guide's settings, on all data; how well such a choice does is measured on days "
    "and sets that took no part in it. With the same folders and version the result is the same."
)


class Trials:
    """The earnings of combinations on some data folders; each is computed once."""

    def __init__(self, folders: Sequence[DataFolder], processes: int) -> None:
        self._folders = folders
        self._processes = processes
        self._known: dict[Combination, Earnings] = {}

    @property
    def tried(self) -> int:
        """How many combinations were looked at."""
        return len(self._known)

    def __call__(self, combinations: Sequence[Combination]) -> Mapping[Combination, Earnings]:
        """Return the earnings of combinations. Raises DataFolderError."""
        missing = tuple(each for each in dict.fromkeys(combinations) if each not in self._known)
        if missing:
            settings = HHQSettings()
            costs = Costs.by_order(settings)
            trials = [
                Trial(CoinTask(folder.path, pair, 0, *folder.span(), settings, costs, 0), of_set, missing)
                for of_set, folder in enumerate(self._folders)
                for pair in folder.pairs
            ]
            found = earnings_of(trials, self._processes, partial(_progress, len(missing)))
            self._known.update(zip(missing, found, strict=True))
        return self._known


def run(options: argparse.Namespace) -> int:
    """Choose, print what was chosen and how it does, and write the profile if that is asked for; exit status 0."""
    sets = sets_of(options)
    generated = [folder.path.name for folder in sets if folder.generated]
    if generated:
        raise UsageError(
            f"--data: {', '.join(generated)} is a generated market: it says nothing about real ones"
        )
    check_writable("--save", options.save)
    began, trials, days = time.monotonic(), Trials(sets, options.processes), days_of(sets)
    steps, contests = _chosen(trials, days)
    lines = [f"{trials.tried} combinations of {len(MOVES)} changes, {time.monotonic() - began:.0f} s", ""]
    lines += [*step_lines(steps), ""]
    for each in contests:
        lines += [*contest_lines(each), ""]
    write_out("\n".join(lines).rstrip())
    if options.save is not None:
        chosen = steps[-1].combination
        told = _told(sets, steps, contests, trials.tried)
        replace_file(options.save, profile_text(values_of(chosen), told).encode())
        write_out(f"\nwrote {options.save}")
    return 0


def _chosen(trials: Trials, days: Days) -> tuple[list[Step], list[Contest]]:
    """The choice on all days, and how choices that were made without some days did on those."""
    forward, apart = folds(days)
    parts = [*forward, *apart]
    steps, *others = choose(
        trials, days, [np.ones(days.day.size, dtype=np.bool_), *(part.learn for part in parts)]
    )
    chosen = [each[-1].combination for each in others]
    judged = (
        ("later days", forward, chosen[: len(forward)]),
        ("the other set", apart, chosen[len(forward) :]),
    )
    return steps, [contest(name, trials([()]), days, found, best) for name, found, best in judged if found]


def days_of(sets: Sequence[DataFolder]) -> Days:
    """All days of the folders, from the first candle's to the last one's."""
    spans = [
        # A last candle that closes at midnight is one of the day before.
        np.arange(int(first.timestamp()) // 86_400, -(-int(last.timestamp()) // 86_400))
        for first, last in (folder.span() for folder in sets)
    ]
    sizes = [span.size for span in spans]
    number = np.repeat(np.arange(len(sets)), sizes)
    coins = np.repeat([len(folder.pairs) for folder in sets], sizes)
    return Days(number.astype(np.int64), np.concatenate(spans).astype(np.int64), coins.astype(np.int64))


def _told(
    sets: Sequence[DataFolder], steps: Sequence[Step], contests: Sequence[Contest], tried: int
) -> dict[str, object]:
    """What the profile's file says of the choice."""
    return {
        "changes": list(steps[-1].combination),
        "combinations_tried": tried,
        "sets": [
            {
                "name": folder.path.name,
                "coins": len(folder.pairs),
                "begin": folder.span()[0].isoformat(),
                "end": folder.span()[1].isoformat(),
            }
            for folder in sets
        ],
        "steps": [asdict(step) for step in steps],
        "contests": [asdict(each) for each in contests],
    }


def _progress(combinations: int, done: int, all_of_them: int) -> None:
    if done == all_of_them or done % 20 == 0:
        print(f"{combinations} combinations: {done} of {all_of_them} coins", file=sys.stderr, flush=True)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add_sets_options(parser)
    add(
        "--save",
        type=Path,
        nargs="?",
        const=MEASURED_FILE,
        metavar="FILE",
        help='write the profile (without FILE: the one that profile = "measured" takes)',
    )
    parser.epilog = _EPILOG


CHOOSE = Command(_add_options, run)
