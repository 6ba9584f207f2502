"""The page's table of all coins against the same rows in a plain table of a component kit, both in Chromium."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page

from bench.measure import Result
from companion.ground.layout import LOCALHOST, ROOT
from tests.browser.chromium import started
from tests.browser.trace import Trace, traced

_PEER = Path(__file__).with_name("page_peer")
_BIN = Path(sys.executable).parent
_SECONDS = 10
_DELTAS = 60
_SETTLING_MS = 3_000
_PLACES = {"ours": ("/page/opportunities", "[data-place='0']"), "theirs": ("/peer/", "tbody tr")}
_KIT = "the same 544 rows and columns in MUI's Table, drawn whole, fed by the same mirror"
BUDGET_BYTES = 300 * 1024
"""What a first visit may load, compressed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Main thread's processor time (ms) for a second of updates, its longest task, and what the first load took."""

    second_ms: float
    longest_ms: float
    loaded_bytes: int
    first_paint_ms: float | None
    largest_paint_ms: float | None
    blocking_ms: float


def page_delta() -> Result:
    """Processor time of the main thread for one second of 544 coins, applied and painted."""
    ours, theirs, _ = _costs()
    ratio = theirs.second_ms / ours.second_ms
    return Result(
        "page_delta", round(ours.second_ms, 1), round(theirs.second_ms, 1), "ms", round(ratio, 1), 5.0, _KIT
    )


def page_bytes() -> Result:
    """Bytes over the wire until the table is there, against what is allowed."""
    ours, _, _ = _costs()
    peer = "the budget of a first visit, compressed"
    ratio = round(BUDGET_BYTES / ours.loaded_bytes, 2)
    return Result("page_bytes", ours.loaded_bytes, BUDGET_BYTES, "bytes", ratio, 1.0, peer)


@cache
def _costs() -> tuple[Cost, Cost, dict[str, float]]:
    """Both sides in one run, and the milliseconds of one delta in the mirror alone."""
    _build_peer()
    with _server() as port, started() as browser:
        ours, theirs = (_cost(browser, port, *_PLACES[side]) for side in ("ours", "theirs"))
        return ours, theirs, _applied(port)


def _build_peer() -> None:
    environment = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    for command in (
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        ["npm", "run", "-s", "build"],
    ):
        subprocess.run(command, cwd=_PEER, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _server() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.page_server"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        yield int(process.stdout.readline() if process.stdout else "")
    finally:
        process.terminate()
        process.wait(20)


def _cost(browser: Browser, port: int, path: str, row: str) -> Cost:
    context = browser.new_context(
        base_url=f"http://{LOCALHOST}:{port}", viewport={"width": 1600, "height": 1000}, locale="en-GB"
    )
    page = context.new_page()
    loaded: list[int] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: loaded.append(int(event["encodedDataLength"])))

    def load() -> None:
        page.goto(path)
        page.locator(row).first.wait_for()
        page.wait_for_timeout(_SETTLING_MS)

    first = traced(browser, page, load)
    weight = sum(loaded)
    seconds = traced(browser, page, lambda: _updates(page, port))
    context.close()
    return _figures(first, seconds, weight)


def _updates(page: Page, port: int) -> None:
    for _ in range(_SECONDS):
        httpx.post(f"http://{LOCALHOST}:{port}/update/feed/1", timeout=30).raise_for_status()
        page.wait_for_timeout(1_000)


def _figures(first: Trace, seconds: Trace, weight: int) -> Cost:
    return Cost(
        seconds.busy_ms / _SECONDS,
        seconds.longest_ms,
        weight,
        first.moment_ms("firstContentfulPaint"),
        first.moment_ms("largestContentfulPaint::Candidate"),
        first.blocking_ms(),
    )


def _applied(port: int) -> dict[str, float]:
    """One delta parsed, checked and put into the page's mirror, by the page's own code in Node.js."""
    process = subprocess.Popen(
        [str(_BIN / "node"), str(_PEER / "apply.ts"), str(port), str(_DELTAS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    httpx.post(f"http://{LOCALHOST}:{port}/update/feed/{_DELTAS}", timeout=30).raise_for_status()
    times = json.loads(process.communicate(timeout=60)[0])
    return {"median": statistics.median(times), "longest": max(times)}


def main() -> None:
    """Print every figure as JSON."""
    ours, theirs, applied = _costs()
    print(json.dumps({"ours": asdict(ours), "theirs": asdict(theirs), "delta_ms": applied}, indent=2))


if __name__ == "__main__":
    main()
