"""Starts the service's parts as named tasks and keeps them running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeAlias

from companion.ground.clock import Clock
from companion.ground.errors import CompanionError
from companion.tasks.backoff import Backoff
from companion.tasks.status import TaskState, TaskStatus

logger = logging.getLogger("companion.tasks")

Work: TypeAlias = Callable[[], Awaitable[None]]
HEALTHY_SECONDS = 60.0
"""After a task has worked this long, its backoff starts over at the next failure."""
GRACE_SECONDS = 10.0
RESTARTS = Backoff(first=1.0, longest=60.0)


class EndedError(CompanionError):
    """A task that has to run until it is cancelled has returned."""


class _Supervised:
    """One task: its work, and what has become of it."""

    def __init__(
        self, name: str, work: Work, *, critical: bool, once: bool, wanted: bool, now_ms: int
    ) -> None:
        self.name = name
        self.work = work
        self.critical = critical
        self.once = once
        self.wanted = wanted
        self.task: asyncio.Task[None] | None = None
        self.state = TaskState.STOPPED
        self.failures = 0
        self.failing = 0
        self.last_error = ""
        self.last_failure_ms = 0
        self.since_ms = now_ms

    def enter(self, state: TaskState, now_ms: int) -> None:
        if state is not self.state:
            self.state = state
            self.since_ms = now_ms

    def status(self) -> TaskStatus:
        return TaskStatus(
            self.name,
            self.state,
            self.critical,
            self.failures,
            self.failing,
            self.last_error,
            self.last_failure_ms,
            self.since_ms,
        )


class Supervisor:
    """Runs tasks by name; a failure is logged, counted and followed by a restart after a growing wait.

    Add the parts in the order in which they are to start; they are ended in reverse order. A task whose work returns
    counts as failed unless it was added with ``once``. While a critical task is not running, the service is not ready.
    """

    def __init__(
        self,
        clock: Clock,
        rng: Random | None = None,
        *,
        backoff: Backoff = RESTARTS,
        healthy_seconds: float = HEALTHY_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._clock = clock
        self._rng = rng or Random()
        self._backoff = backoff
        self._healthy_seconds = healthy_seconds
        self._grace_seconds = grace_seconds
        self._tasks: dict[str, _Supervised] = {}
        self._is_running = False

    def add(
        self, name: str, work: Work, *, critical: bool = False, once: bool = False, wanted: bool = True
    ) -> None:
        """Register ``work`` as ``name``; it starts at once if the supervisor is already running.

        Without ``wanted`` it waits for :meth:`start`. Raises ValueError for a name that is taken.
        """
        if name in self._tasks:
            raise ValueError(f"a task is named {name} already")
        now_ms = self._clock.now_ms()
        task = _Supervised(name, work, critical=critical, once=once, wanted=wanted, now_ms=now_ms)
        self._tasks[name] = task
        if self._is_running and wanted:
            self._begin(task)

    async def run(self) -> None:
        """Run all tasks until cancelled; then end them, the last added first."""
        self._is_running = True
        try:
            for task in tuple(self._tasks.values()):
                if task.wanted and (task.task is None or task.task.done()):
                    self._begin(task)
                    # Each in a turn of its own: their first steps together would stall the loop.
                    await asyncio.sleep(0)
            await asyncio.Event().wait()
        finally:
            self._is_running = False
            for task in reversed(self._tasks.values()):
                await self._end(task)

    def start(self, name: str) -> bool:
        """Start a stopped task; False if it is already active or the supervisor is not running. KeyError: no such task."""
        task = self._tasks[name]
        task.wanted = True
        if not self._is_running or (task.task is not None and not task.task.done()):
            return False
        self._begin(task)
        return True

    async def stop(self, name: str) -> bool:
        """End a task; it stays ended until :meth:`start`. False if it had ended already. KeyError: no such task."""
        task = self._tasks[name]
        was_active = task.task is not None and not task.task.done()
        task.wanted = False
        await self._end(task)
        return was_active

    def status(self) -> tuple[TaskStatus, ...]:
        """All tasks in the order in which they were added."""
        return tuple(task.status() for task in self._tasks.values())

    def not_ready(self) -> tuple[str, ...]:
        """Names of the critical tasks that are not running; a ``once`` task that has done its work is fine."""
        return tuple(
            task.name
            for task in self._tasks.values()
            if task.critical and task.state is not TaskState.RUNNING and not _is_done(task)
        )

    def _begin(self, task: _Supervised) -> None:
        task.enter(TaskState.RUNNING, self._clock.now_ms())
        task.task = asyncio.create_task(self._keep_running(task), name=task.name)

    async def _keep_running(self, task: _Supervised) -> None:
        try:
            while await self._ran_badly(task):
                wait = self._backoff.wait(task.failing, self._rng)
                logger.info("%s starts again in %.1f s", task.name, wait)
                task.enter(TaskState.WAITING, self._clock.now_ms())
                await self._clock.sleep(wait)
                task.enter(TaskState.RUNNING, self._clock.now_ms())
        finally:
            task.enter(TaskState.STOPPED, self._clock.now_ms())

    async def _ran_badly(self, task: _Supervised) -> bool:
        """Run the work to its end; returns whether it has to be restarted."""
        began = self._clock.monotonic()
        try:
            await task.work()
            if task.once:
                task.failing = 0
                return False
            raise EndedError("it returned, but has to run until it is cancelled")
        except Exception as error:  # process boundary: one part's failure must not end the others
            healthy = self._clock.monotonic() - began >= self._healthy_seconds
            task.failing = 1 if healthy else task.failing + 1
            task.failures += 1
            task.last_error = f"{type(error).__name__}: {error}"
            task.last_failure_ms = self._clock.now_ms()
            logger.exception("%s failed (%d in a row)", task.name, task.failing)
            return True

    async def _end(self, task: _Supervised) -> None:
        running = task.task
        if running is None or running.done():
            return
        running.cancel()
        _, left = await asyncio.wait({running}, timeout=self._grace_seconds)
        if left:
            logger.error("%s does not end; it is left behind after %g s", task.name, self._grace_seconds)
        else:
            # A task cancelled before its first step could not say so itself.
            task.enter(TaskState.STOPPED, self._clock.now_ms())


def _is_done(task: _Supervised) -> bool:
    return task.once and task.state is TaskState.STOPPED and task.task is not None and task.failing == 0
