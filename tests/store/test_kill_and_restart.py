"""kill -9 in the middle of writing: the store is intact, the other instance takes over in time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from companion.settings.store import StoreSettings
from companion.store import events, trades
from companion.store.database import Store
from companion.store.trades import TradeFilter
from tests.store.running import run

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 3.0
DEADLINE_SECONDS = 60.0


class Process:
    """An instance in a process of its own, and the lines that it has printed."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.instance", url, name, str(LEASE_SECONDS)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, line: str, count: int = 1) -> float:
        """Wait until lines that begin this way were printed ``count`` times; returns when that was seen."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        with self._news:
            while sum(said.startswith(line) for said in self.lines) < count:
                left = deadline - time.monotonic()
                assert left > 0, f"{self.name} never said {line!r}: {self.lines[-5:]}"
                assert self.process.poll() is None, f"{self.name} has ended"
                self._news.wait(min(left, 0.5))
        return time.monotonic()

    def written(self) -> int:
        """How many trades it has reported as written, after its end."""
        self._reader.join(DEADLINE_SECONDS)
        return sum(line.startswith("wrote") for line in self.lines)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(DEADLINE_SECONDS)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.strip())
                self._news.notify_all()


@contextmanager
def instance(url: str, name: str) -> Iterator[Process]:
    process = Process(url, name)
    try:
        yield process
    finally:
        process.kill()
        process.written()
        assert process.process.stdout is not None
        process.process.stdout.close()


@pytest.mark.processes
def test_a_killed_instance_leaves_an_intact_store_and_is_succeeded_in_time(url: str) -> None:
    with instance(url, "first") as first:
        first.wait_for("wrote", 20)
        with instance(url, "second") as second:
            second.wait_for("passive first", 5)
            first.kill()
            killed = time.monotonic()
            followed = second.wait_for("wrote", 1)
            # Some allowance for two busy processor cores; the lease's own timing is tested with clocks.
            assert followed - killed < LEASE_SECONDS + 3.0
            assert not any(
                line.startswith("wrote") for line in second.lines[: second.lines.index("passive first")]
            )
            with instance(url, "first again") as again:
                again.wait_for("passive second", 5)
                second.wait_for("wrote", 20)
            assert again.written() == 0
    written = {process.name: process.written() for process in (first, second)}
    _check(url, written)


def _check(url: str, written: dict[str, int]) -> None:
    """Everything reported as written is there, with its event; at most one more that could no longer be reported."""
    store = Store.open(StoreSettings(url=url), {})

    async def scene() -> None:
        for name, number in written.items():
            kept = (await store.read(partial(trades.find, wanted=TradeFilter(bot=name), limit=10**6))).items
            assert number <= len(kept) <= number + 1
            assert {trade.trade_id for trade in kept} == {str(n) for n in range(1, len(kept) + 1)}
        total = (await store.read(partial(trades.find, wanted=TradeFilter()))).total
        told = await store.read(partial(events.after, event_id=0, kinds=[trades.TRADE_CLOSED], limit=10**6))
        assert len(told) == total
        if url.startswith("sqlite"):
            assert await store.write(lambda s: s.execute(text("PRAGMA integrity_check")).scalar()) == "ok"

    run(scene())
    store.close()
