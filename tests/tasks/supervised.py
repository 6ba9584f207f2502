"""Scenes with a supervisor and a clock that is moved by hand, and work for its tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from companion.tasks.status import TaskStatus
from companion.tasks.supervisor import Supervisor
from tests.manual_clock import ManualClock

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
