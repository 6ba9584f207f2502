"""Kill a dry-run bot again and again: python -m tests.endurance --kills 50."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from companion.ground.layout import STRATEGIES
from tests.endurance.run import SPEED, Endurance, table, write


def main() -> int:
    """Exit status 0 where everything held, 1 where something did not."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.endurance", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("--kills", type=int, default=50, help="default 50")
    parser.add_argument("--seed", type=int, default=1, help="seed of the moments (default 1)")
    parser.add_argument("--speed", type=float, default=SPEED, help="market seconds a second (default 90)")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="empty folder of the run (default: a temporary one)"
    )
    parser.add_argument(
        "--sources", type=Path, default=STRATEGIES, metavar="DIR", help="strategies folder to judge"
    )
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="hhq-endurance-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"All files of the run lie in {folder}", flush=True)
    run = Endurance(
        folder.resolve(),
        options.kills,
        options.seed,
        lambda line: print(line, flush=True),
        options.speed,
        options.sources.resolve(),
    )
    result = run.run()
    write(result, folder / "endurance.json")
    print("\n".join(table(result)))
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
