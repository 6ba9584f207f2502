"""The page open for minutes beside the whole market: `python -m tests.browser.long`.

It judges processor time of the main thread, its longest task, and whether memory grows. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import time

from playwright.sync_api import Browser, CDPSession

from tests.browser.chromium import started
from tests.browser.house import House
from tests.browser.people import TRADER
from tests.browser.screenshots import demonstration
from tests.browser.trace import Trace, traced
from tests.browser.visitor import Visitor

MOST_SHARE, MOST_TASK_MS, MOST_GROWTH = 0.10, 50.0, 0.10
_PART_SECONDS = 30.0
"""A trace holds so much at a time: a longer one would lose events."""


def watched(browser: Browser, house: House, minutes: float) -> tuple[list[Trace], list[float]]:
    """A trace and the live heap (MB) of each part of the time, with all coins on the page."""
    visitor = Visitor(browser, house.address).log_in(TRADER)
    page = visitor.open("opportunities").page
    page.locator("[data-place='0']").wait_for()
    session = visitor.context.new_cdp_session(page)
    traces, heaps = [], []
    deadline = time.monotonic() + minutes * 60
    while time.monotonic() < deadline:
        traces.append(traced(browser, page, lambda: page.wait_for_timeout(_PART_SECONDS * 1000)))
        heaps.append(live_heap(session))
        part = traces[-1]
        share = part.busy_ms / _PART_SECONDS / 10
        sys.stdout.write(f"{share:5.1f} %  longest {part.longest_ms:5.1f} ms  heap {heaps[-1]:.1f} MB\n")
        sys.stdout.flush()
    seen = visitor.ended()
    if seen.violations or seen.errors:
        raise AssertionError((seen.violations, seen.errors))
    return traces, heaps


def live_heap(session: CDPSession) -> float:
    """What is alive after a collection, MB."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def judged(traces: list[Trace], heaps: list[float]) -> dict[str, tuple[float, float]]:
    """Each figure with its limit. The first part is left out of the heap: caches fill."""
    share = sum(part.busy_ms for part in traces) / (len(traces) * _PART_SECONDS * 1000)
    first = heaps[1] if len(heaps) > 1 else heaps[0]
    return {
        "share of a processor": (share, MOST_SHARE),
        "longest task, ms": (max(part.longest_ms for part in traces), MOST_TASK_MS),
        "growth of the heap": (heaps[-1] / first - 1, MOST_GROWTH),
    }


def main(arguments: list[str]) -> int:
    """Exit status 1 where a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.long", description=__doc__)
    parser.add_argument("--coins", type=int, default=544)
    parser.add_argument("--minutes", type=float, default=10.0)
    options = parser.parse_args(arguments)
    with demonstration(options.coins) as house, started() as browser:
        found = judged(*watched(browser, house, options.minutes))
    for name, (value, limit) in found.items():
        sys.stdout.write(f"{name}: {value:.3g} (at most {limit:g}){'' if value <= limit else '  MISSED'}\n")
    return int(any(value > limit for value, limit in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
