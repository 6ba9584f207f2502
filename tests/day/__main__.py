"""A day in less than half an hour: python -m tests.day --hours 24."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.day.disk import NoDiskError, small_disk
from tests.day.plan import Plan
from tests.day.report import criteria, summary, write
from tests.day.run import Day


def main() -> int:
    """Exit status 0 where every criterion held, 1 where one did not, 2 where the run cannot begin."""
    parser = argparse.ArgumentParser(prog="python -m tests.day", description=__doc__, allow_abbrev=False)
    parser.add_argument("--hours", type=float, default=Plan.hours, help="simulated hours (default 24)")
    parser.add_argument(
        "--speed", type=float, default=Plan.speed, help="simulated seconds a second (default 50)"
    )
    parser.add_argument(
        "--coins", type=int, default=Plan.coins, help="coins of the generated market (default 24)"
    )
    parser.add_argument(
        "--warm-up",
        type=float,
        default=Plan.warm_up_hours,
        help="simulated hours before slopes begin (default 4)",
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="empty folder of the run")
    options = parser.parse_args()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="hhq-day-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print(f"What is measured, and the logs, lie in {folder}", flush=True)
    plan = Plan(options.hours, options.speed, options.coins, options.warm_up)
    try:
        return _run(plan, folder)
    except NoDiskError as problem:
        print(f"a file system of the run's own cannot be mounted: {problem}", file=sys.stderr)
        return 2


def _run(plan: Plan, folder: Path) -> int:
    with small_disk(folder / "disk") as disk:
        try:
            ending = Day(plan, disk, folder, lambda line: print(line, flush=True)).run()
            judged = criteria(ending)
        finally:
            for kept in (disk / "logs", disk / "demo"):
                if kept.exists():
                    shutil.copytree(kept, folder / kept.name, dirs_exist_ok=True)
    write(ending, judged, folder / "day.json")
    print("\n".join(summary(ending, judged)))
    return 0 if all(criterion.holds for criterion in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
