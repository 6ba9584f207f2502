"""Acting tasks run while the lease is held, and at no other time."""

from __future__ import annotations

import asyncio

from companion.service.activity import Activity
from companion.tasks.supervisor import Supervisor
from tests.manual_clock import ManualClock, settle


class HandedLease:
    """A lease that the test gives and takes."""

    def __init__(self) -> None:
        self.is_active = False
        self._given = asyncio.Event()

    def give(self) -> None:
        self.is_active = True
        self._given.set()

    def take(self) -> None:
        self.is_active = False
        self._given.clear()

    async def wait_until_active(self) -> None:
        await self._given.wait()


async def forever() -> None:
    await asyncio.Event().wait()


def running(supervisor: Supervisor) -> dict[str, bool]:
    return {task.name: task.running for task in supervisor.status()}


def test_acting_tasks_follow_the_lease() -> None:
    async def story() -> None:
        clock, lease = ManualClock(), HandedLease()
        supervisor = Supervisor(clock)
        supervisor.add("reading", forever)
        supervisor.add("writing", forever, wanted=False)
        supervisor.add("activity", Activity(lease, supervisor, ("writing",), clock).run)
        whole = asyncio.ensure_future(supervisor.run())
        await settle()
        assert running(supervisor) == {"reading": True, "writing": False, "activity": True}
        for _ in range(2):
            lease.give()
            await settle()
            assert running(supervisor)["writing"]
            lease.take()
            await clock.advance(0.5)
            await settle()
            assert running(supervisor) == {"reading": True, "writing": False, "activity": True}
        whole.cancel()
        await asyncio.wait({whole})

    asyncio.run(asyncio.wait_for(story(), 20))
