"""The event loop's stalls: how long, how often."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companion.ground.clock import SystemClock
from companion.tasks.processor_wait import ProcessorWait
from companion.tasks.stalls import StallMonitor
from tests.manual_clock import ManualClock, settle


def test_an_idle_loop_has_no_stalls_and_a_blocked_one_is_counted_with_its_length() -> None:
    async def scene() -> None:
        clock = ManualClock()
        monitor = StallMonitor(clock, processor_wait=lambda: InLine([]))
        running = asyncio.create_task(monitor.run())
        await clock.advance(1.0)
        assert monitor.status().stalls == 0
        assert monitor.status().longest_seconds == pytest.approx(0.0, abs=1e-9)
        for held in (0.019, 0.120, 0.040):
            await settle()
            clock.turn(clock.waits[0] + held)
            await clock.advance(0.0)
        status = monitor.status()
        assert status.stalls == 2
        assert status.longest_seconds == pytest.approx(0.120)
        assert status.last_stall_ms == clock.now_ms()
        monitor.reset()
        assert monitor.status().stalls == 0
        running.cancel()

    asyncio.run(scene())


class InLine(ProcessorWait):
    """Has stood in line for these seconds, the next of them at each question; then no longer."""

    def __init__(self, seconds: list[float]) -> None:
        self._steps, self._sum = iter(seconds), 0.0

    def seconds(self) -> float:
        self._sum += next(self._steps, 0.0)
        return self._sum

    def close(self) -> None:
        pass


def test_time_in_line_for_a_processor_is_no_stall() -> None:
    """Each look asks twice, before the sleep and after it."""

    async def scene() -> None:
        clock = ManualClock()
        monitor = StallMonitor(clock, processor_wait=lambda: InLine([0.0, 0.03, 0.5, 0.1, 0.0, 0.04]))
        running = asyncio.create_task(monitor.run())
        for late in (0.045, 0.045, 0.065):
            await settle()
            clock.turn(clock.waits[0] + late)
            await clock.advance(0.0)
        status = monitor.status()
        assert (status.stalls, status.waits) == (1, 3)
        assert status.longest_seconds == pytest.approx(0.025)
        assert status.longest_wait_seconds == pytest.approx(0.045)
        running.cancel()

    asyncio.run(scene())


def test_the_kernel_counts_how_long_a_thread_stands_in_line() -> None:
    """More threads than processors spin: one of them stands in line for a while."""
    spins = [sys.executable, "-c", "while True: pass"]
    crowd = [subprocess.Popen(spins) for _ in range(2 * (os.cpu_count() or 1))]
    in_line = ProcessorWait()
    try:
        before = in_line.seconds()
        if not Path("/proc/thread-self/schedstat").exists():
            assert before == 0.0
            return
        while in_line.seconds() - before < 0.02:
            pass
    finally:
        in_line.close()
        for process in crowd:
            process.kill()
            process.wait()
    assert in_line.seconds() == 0.0


def test_real_work_in_the_loop_is_seen() -> None:
    async def scene() -> None:
        monitor = StallMonitor(SystemClock())
        running = asyncio.create_task(monitor.run())
        while monitor.status().stalls == 0:
            await asyncio.sleep(0.01)
            time.sleep(0.05)
        assert monitor.status().longest_seconds > 0.02
        running.cancel()

    asyncio.run(asyncio.wait_for(scene(), 20))
