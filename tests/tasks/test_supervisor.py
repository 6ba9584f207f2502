"""Named tasks: failures are logged, counted and waited out."""

from __future__ import annotations

import asyncio
import logging
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.tasks.backoff import Backoff
from companion.tasks.status import TaskState
from companion.tasks.supervisor import Supervisor
from tests.manual_clock import ManualClock, settle
from tests.tasks.supervised import Fails, ended, forever, only, play


def test_a_failing_task_is_logged_with_its_trace_counted_and_started_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        work = Fails(clock)
        supervisor.add("scanner", work)
        running = asyncio.create_task(supervisor.run())
        await settle()
        status = only(supervisor)
        assert (status.state, status.failures, status.last_error) == (
            TaskState.WAITING,
            1,
            "RuntimeError: failure 1",
        )
        assert status.last_failure_ms == clock.now_ms()
        await clock.advance(1.0)
        assert (work.starts, only(supervisor).failures) == (2, 2)
        await ended(running)

    with caplog.at_level(logging.ERROR, "companion.tasks"):
        play(scene)
    assert "scanner failed (1 in a row)" in caplog.text
    assert "Traceback" in caplog.text


def test_waits_double_up_to_the_longest() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("streams", Fails(clock))
        running = asyncio.create_task(supervisor.run())
        waits = []
        for _ in range(10):
            await settle()
            (wait,) = clock.waits
            waits.append(wait)
            await clock.advance(wait)
        for wait, most in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60], strict=True):
            assert most / 2 <= wait <= most
        await ended(running)

    play(scene)


def test_a_healthy_time_resets_the_waits() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        work = Fails(clock, 1.0)
        supervisor.add("bot", work)
        running = asyncio.create_task(supervisor.run())
        await clock.advance(30.0)
        assert only(supervisor).failing > 3
        work.seconds = 60.0
        while only(supervisor).state is TaskState.WAITING or work.starts < 6:
            await clock.advance(0.5)
        total = only(supervisor).failures
        await clock.advance(60.5)
        assert only(supervisor).failures == total + 1
        assert only(supervisor).failing == 1
        await ended(running)

    play(scene)


def test_a_task_that_returns_has_failed_unless_it_was_meant_to_run_once() -> None:
    async def returns() -> None:
        return

    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("feed", returns)
        supervisor.add("fill", returns, critical=True, once=True)
        running = asyncio.create_task(supervisor.run())
        await settle()
        feed, fill = supervisor.status()
        assert feed.state is TaskState.WAITING
        assert feed.last_error.startswith("EndedError")
        assert (fill.state, fill.failures) == (TaskState.STOPPED, 0)
        assert supervisor.not_ready() == ()
        await ended(running)

    play(scene)


def test_the_failure_of_one_task_leaves_the_others_running() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("scanner", forever)
        supervisor.add("recorder", Fails(clock))
        running = asyncio.create_task(supervisor.run())
        await clock.advance(100.0)
        scanner, recorder = supervisor.status()
        assert (scanner.state, scanner.failures) == (TaskState.RUNNING, 0)
        assert recorder.failures > 2
        await ended(running)

    play(scene)


def test_a_critical_task_that_does_not_run_makes_the_service_not_ready() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("streams", Fails(clock, 5.0), critical=True)
        supervisor.add("recorder", Fails(clock))
        assert supervisor.not_ready() == ("streams",)
        running = asyncio.create_task(supervisor.run())
        await settle()
        assert supervisor.not_ready() == ()
        await clock.advance(5.0)
        assert supervisor.not_ready() == ("streams",)
        await clock.advance(1.0)
        assert supervisor.not_ready() == ()
        await ended(running)
        assert supervisor.not_ready() == ("streams",)

    play(scene)


def test_two_tasks_cannot_share_a_name() -> None:
    supervisor = Supervisor(ManualClock())
    supervisor.add("feed", forever)
    with pytest.raises(ValueError, match="named feed already"):
        supervisor.add("feed", forever)


@given(st.integers(1, 2000), st.floats(0.001, 10.0), st.floats(10.0, 1000.0), st.integers())
def test_a_wait_lies_between_half_the_first_and_the_longest(
    failures: int, first: float, longest: float, seed: int
) -> None:
    wait = Backoff(first, longest).wait(failures, Random(seed))
    assert first / 2 <= wait <= longest
