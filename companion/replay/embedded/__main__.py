"""Write a generated demonstration market to a folder: python -m companion.replay.embedded --out DIR."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from companion.replay.embedded.folder import NOTE, MarketFolderError, ensure_market
from companion.replay.embedded.specification import MarketSpecification, SpecificationError


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 the folder holds the market, 1 it cannot be written, 2 wrong options."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        specification = MarketSpecification(
            coins=options.coins, days=options.days, seed=options.seed, start=options.start
        )
    except SpecificationError as problem:
        parser.error(f"argument --{problem}")
    try:
        folder = ensure_market(options.out, specification)
    except MarketFolderError as problem:
        parser.error(f"argument --out: {problem}")
    except OSError as problem:
        print(f"{parser.prog}: error: {options.out}: {problem}", file=sys.stderr)
        return 1
    size = f"{specification.coins} coins, {specification.days} days, seed {specification.seed}"
    print(f"{folder}: {size} ({NOTE})")
    return 0


def _parser() -> argparse.ArgumentParser:
    default = MarketSpecification()
    parser = argparse.ArgumentParser(
        prog="python -m companion.replay.embedded",
        description=f"Write a Freqtrade data folder with a market {NOTE}.",
        allow_abbrev=False,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    parser.add_argument("--coins", type=int, default=default.coins, help="2 to 544 (default %(default)s)")
    parser.add_argument("--days", type=int, default=default.days, help="1 to 365 (default %(default)s)")
    parser.add_argument("--seed", type=int, default=default.seed, help="default %(default)s")
    parser.add_argument(
        "--start",
        type=_date,
        default=default.start,
        metavar="YYYY-MM-DD",
        help="first day, UTC (default %(default)s)",
    )
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2025-01-01") from problem


if __name__ == "__main__":
    sys.exit(main())
