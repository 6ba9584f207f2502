"""Named tasks: failures are logged, counted and waited out; the end comes in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.tasks.backoff import Backoff
from companion.tasks.status import TaskState, TaskStatus
from companion.tasks.supervisor import Supervisor
from tests.manual_clock import ManualClock, settle

Scene = Callable[[ManualClock, Supervisor], Coroutine[Any, Any, None]]


def play(scene: Scene, grace_seconds: float = 10.0) -> None:
    async def run() -> None:
        clock = ManualClock()
        supervisor = Supervisor(clock, Random(1), grace_seconds=grace_seconds)
        await asyncio.wait_for(scene(clock, supervisor), 20)

    asyncio.run(run())


async def forever() -> None:
    await asyncio.Event().wait()


def only(supervisor: Supervisor) -> TaskStatus:
    (status,) = supervisor.status()
    return status


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


class Fails:
    """Work that raises after ``seconds``, each time."""

    def __init__(self, clock: ManualClock, seconds: float = 0.0) -> None:
        self.clock = clock
        self.seconds = seconds
        self.starts = 0

    async def __call__(self) -> None:
        self.starts += 1
        if self.seconds:
            await self.clock.sleep(self.seconds)
        raise RuntimeError(f"failure {self.starts}")


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


def test_tasks_end_in_the_reverse_order_of_their_start() -> None:
    order: list[str] = []

    def named(name: str) -> Callable[[], Coroutine[Any, Any, None]]:
        async def work() -> None:
            order.append(f"{name} begins")
            try:
                await forever()
            finally:
                await asyncio.sleep(0)
                order.append(f"{name} ends")

        return work

    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        for name in ("store", "streams", "api"):
            supervisor.add(name, named(name))
        running = asyncio.create_task(supervisor.run())
        await settle()
        await ended(running)
        assert [status.state for status in supervisor.status()] == [TaskState.STOPPED] * 3

    play(scene)
    assert order == [
        "store begins",
        "streams begins",
        "api begins",
        "api ends",
        "streams ends",
        "store ends",
    ]


def test_a_task_that_will_not_end_is_left_behind_after_the_grace_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    release = asyncio.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("stubborn", stubborn, once=True)
        running = asyncio.create_task(supervisor.run())
        await settle()
        await ended(running)
        release.set()
        await settle()

    with caplog.at_level(logging.ERROR, "companion.tasks"):
        play(scene, grace_seconds=0.01)
    assert "stubborn does not end" in caplog.text


def test_a_stopped_task_stays_stopped_until_it_is_started() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        work = Fails(clock)
        supervisor.add("scanner", work)
        running = asyncio.create_task(supervisor.run())
        await settle()
        assert await supervisor.stop("scanner")
        assert not await supervisor.stop("scanner")
        await clock.advance(200.0)
        assert (work.starts, only(supervisor).state) == (1, TaskState.STOPPED)
        assert supervisor.start("scanner")
        await settle()
        assert work.starts == 2
        assert not supervisor.start("scanner")
        await ended(running)

    play(scene)


def test_a_task_stopped_before_the_start_is_not_started_and_one_added_later_is() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("scanner", forever)
        await supervisor.stop("scanner")
        running = asyncio.create_task(supervisor.run())
        await settle()
        assert only(supervisor).state is TaskState.STOPPED
        supervisor.add("late", forever)
        await settle()
        assert supervisor.status()[1].state is TaskState.RUNNING
        await ended(running)

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


def test_a_task_that_is_not_needed_yet_waits_for_its_start() -> None:
    async def scene(clock: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("acting", forever, wanted=False)
        running = asyncio.ensure_future(supervisor.run())
        await settle()
        assert only(supervisor).state is TaskState.STOPPED
        supervisor.start("acting")
        await settle()
        assert only(supervisor).running
        await ended(running)

    play(scene)


def test_tasks_take_their_first_steps_in_turns_of_their_own() -> None:
    steps: list[str] = []

    def stepping(name: str) -> Callable[[], Coroutine[Any, Any, None]]:
        async def work() -> None:
            steps.append(name)
            await asyncio.Event().wait()

        return work

    async def between() -> None:
        while len(steps) < 5:
            steps.append("loop")
            await asyncio.sleep(0)

    async def scene(_: ManualClock, supervisor: Supervisor) -> None:
        supervisor.add("one", stepping("one"))
        supervisor.add("two", stepping("two"))
        running = asyncio.create_task(supervisor.run())
        await between()
        assert "loop" in steps[steps.index("one") : steps.index("two")]
        await ended(running)

    play(scene)


def test_a_task_that_another_one_starts_meanwhile_is_started_once() -> None:
    begun = 0

    async def counted() -> None:
        nonlocal begun
        begun += 1
        await asyncio.Event().wait()

    async def scene(_: ManualClock, supervisor: Supervisor) -> None:
        async def starter() -> None:
            supervisor.start("counted")
            await asyncio.Event().wait()

        supervisor.add("starter", starter)
        supervisor.add("counted", counted, wanted=False)
        running = asyncio.create_task(supervisor.run())
        await settle()
        assert begun == 1
        await ended(running)

    play(scene)
