"""What a page cost its browser's main thread, from the browser's own trace: processor time, not time on the clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

_CATEGORIES = [
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "loading",
    "blink.user_timing",
]
_MAIN = "CrRendererMain"
_TASKS = {"RunTask", "ThreadControllerImpl::RunTask"}


@dataclass(frozen=True, slots=True)
class Trace:
    """Tasks of the main thread of the page: processor time of each in ms, and the rest of the trace."""

    tasks: tuple[float, ...]
    events: tuple[dict[str, Any], ...]

    @property
    def busy_ms(self) -> float:
        """Processor time of all tasks."""
        return sum(self.tasks)

    @property
    def longest_ms(self) -> float:
        """Processor time of the longest task."""
        return max(self.tasks, default=0.0)

    def blocking_ms(self) -> float:
        """Total blocking time in processor time: what each task took beyond 50 ms."""
        return sum(task - 50.0 for task in self.tasks if task > 50.0)

    def moment_ms(self, name: str) -> float | None:
        """When the last event of that name was, since the navigation; None if there was none."""
        begun = [event["ts"] for event in self.events if event["name"] == "navigationStart"]
        found = [event["ts"] for event in self.events if event["name"] == name]
        return (max(found) - max(begun)) / 1000.0 if begun and found else None


def traced(browser: Browser, page: Page, work: Callable[[], object]) -> Trace:
    """The trace of the page while ``work`` is done."""
    browser.start_tracing(page=page, categories=_CATEGORIES)
    try:
        work()
    finally:
        content = browser.stop_tracing()
    return trace_of(json.loads(content)["traceEvents"])


def trace_of(events: list[dict[str, Any]]) -> Trace:
    """The busiest main thread of a trace: a browser has one for each page, and idle ones in reserve."""
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == _MAIN
    }
    tasks: dict[tuple[int, int], list[float]] = {thread: [] for thread in threads}
    for event in events:
        thread = (event["pid"], event.get("tid"))
        if thread in tasks and event["name"] in _TASKS and "tdur" in event:
            tasks[thread].append(event["tdur"] / 1000.0)
    busiest = max(tasks, key=lambda thread: sum(tasks[thread]), default=None)
    if busiest is None:
        return Trace((), ())
    own = tuple(event for event in events if event["pid"] == busiest[0])
    return Trace(tuple(tasks[busiest]), own)
