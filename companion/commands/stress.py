"""`companion stress`: extreme events through Freqtrade's backtester, and what they did to the account."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from companion.commands.command import Command
from companion.ground.errors import UsageError
from companion.ground.layout import RUN
from companion.stress.runner import run_all
from companion.stress.scenarios import BY_NAME
from companion.stress.table import all_broken, as_json, code_table, table


def stress(options: argparse.Namespace) -> int:
    """Run the scenarios; exit status 1 if a limit is broken. Raises UsageError for an unknown scenario."""
    unknown = [name for name in options.scenario or () if name not in BY_NAME]
    if unknown:
        raise UsageError(f"scenario {unknown[0]!r} is unknown: {', '.join(BY_NAME)}")
    names = list(dict.fromkeys(options.scenario or BY_NAME))
    outcomes = []
    for outcome in run_all(names, options.run_folder):
        outcomes.append(outcome)
        print(f"{len(outcomes)}/{len(names)} {outcome.name} ({outcome.seconds:.0f} s)", file=sys.stderr)
    outcomes.sort(key=lambda outcome: names.index(outcome.name))
    if options.json:
        print(as_json(outcomes))
    else:
        print("Scripted events in a generated market; they say how rules act, not what a market does.\n")
        print(
            table(outcomes),
            "\nClose reasons, and how often in which scenario:",
            code_table(outcomes),
            sep="\n",
        )
    return int(bool(all_broken(outcomes)))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scenario",
        action="append",
        metavar="NAME",
        help=f"run only this one (may be given several times): {', '.join(BY_NAME)}",
    )
    parser.add_argument("--json", action="store_true", help="the outcomes as JSON on standard output")
    parser.add_argument("--run-folder", type=Path, default=RUN, metavar="DIR", help="where tapes and logs go")


STRESS = Command(_add_options, stress)
