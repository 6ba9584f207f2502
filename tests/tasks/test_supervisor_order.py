"""Named tasks: they start in turns, stop and start when told to, and end in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from companion.tasks.status import TaskState
from companion.tasks.supervisor import Supervisor
from tests.manual_clock import ManualClock, settle
from tests.tasks.supervised import Fails, ended, forever, only, play


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
