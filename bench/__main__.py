"""`python -m bench [name]`: run the comparisons, print the table, write bench/results.json."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.measure import Result

RESULTS = Path(__file__).parent / "results.json"
CASES = {
    "scan_544": "bench.indicators",
    "hurst_100k": "bench.indicators",
    "poc_100k": "bench.indicators",
    "analyze_pair": "bench.in_freqtrade",
    "analyze_pair_first": "bench.in_freqtrade",
    "backtest_rows": "bench.in_freqtrade",
    "backtest_callbacks": "bench.in_freqtrade",
    "tick_544": "bench.scanner",
    "feed_100_clients": "bench.feed",
    "feed_bytes": "bench.feed",
    "api_latency": "bench.api",
    "page_delta": "bench.page",
    "page_bytes": "bench.page",
    "evidence": "bench.evidence",
    "evidence_recorded": "bench.evidence",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, also where a target is missed: the table says so."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=tuple(CASES), help="run this one only")
    parser.add_argument("--json", action="store_true", help="print the results as JSON instead of the table")
    options = parser.parse_args(arguments)
    results = []
    for name in (options.name,) if options.name else tuple(CASES):
        print(f"bench: {name} …", file=sys.stderr, flush=True)
        result: Result | None = getattr(importlib.import_module(CASES[name]), name)()
        if result is None:
            print(f"bench: {name} was not run: what it needs is not here", file=sys.stderr, flush=True)
        else:
            results.append(result)
    content = json.dumps([asdict(result) for result in results], indent=2)
    RESULTS.write_text(content + "\n", encoding="utf-8")
    print(content if options.json else _table(results))
    return 0


def _table(results: Sequence[Result]) -> str:
    head = f"{'name':<19}{'ours':>12}{'theirs':>14} {'unit':<7}{'ratio':>9}{'target':>8}  peer"
    rows = [
        f"{row.name:<19}{row.ours:>12,g}{row.theirs:>14,g} {row.unit:<7}{row.ratio:>8,g}×{row.target:>7,g}×"
        f"{' ' if row.ratio >= row.target else '!'} {row.peer}"
        for row in results
    ]
    return "\n".join([head, *rows])


if __name__ == "__main__":
    sys.exit(main())
