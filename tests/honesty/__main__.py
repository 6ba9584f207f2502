"""`make honesty`: what the evidence says of many markets in which nothing can be known, and of planted edges."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.honesty.driftless import COINS, DAYS
from tests.honesty.judged import judged, shares


def main() -> int:
    """Print the shares; exit status 1 if edges are shown where there are none, or planted ones are missed too often."""
    parser = argparse.ArgumentParser(prog="make honesty", description=__doc__)
    parser.add_argument("--markets", type=int, default=200)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        markets = judged(Path(folder), range(1, options.markets + 1))
    found = shares(markets)
    trades = np.median([market.trades for market in markets])
    print(
        f"{COINS} coins, {DAYS} days each, {trades:.0f} trades in the median; {time.monotonic() - began:.0f} s"
    )
    print(found.text())
    honest = found.null <= 0.05 and found.of_the_costs <= 0.05 and found.found >= 0.8
    print("as wanted" if honest else "NOT AS WANTED: at most 5 %, at most 5 %, at most 20 %")
    return 0 if honest else 1


if __name__ == "__main__":
    sys.exit(main())
