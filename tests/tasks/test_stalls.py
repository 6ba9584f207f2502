"""The event loop's stalls: how long, how often."""

from __future__ import annotations

import asyncio
import time

import pytest

from companion.clock import SystemClock
from companion.tasks.stalls import StallMonitor
from tests.manual_clock import ManualClock, settle


def test_an_idle_loop_has_no_stalls_and_a_held_one_is_counted_with_its_length() -> None:
    async def scene() -> None:
        clock = ManualClock()
        monitor = StallMonitor(clock)
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
