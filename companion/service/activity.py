"""What only the active instance of an account does: it begins with the lease and ends when that is lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from companion.ground.clock import Clock
from companion.tasks.supervisor import Supervisor

logger = logging.getLogger("companion.service")

_LOOK_SECONDS = 0.25


class LeaseView(Protocol):
    """The lease, as far as it is read here."""

    @property
    def is_active(self) -> bool:
        """Whether this instance may act now."""

    async def wait_until_active(self) -> None:
        """Return as soon as this instance is active."""


class Activity:
    """Starts the named tasks of the supervisor when this instance gets the lease, and ends them when it loses it.

    The tasks must have been added beforehand, stopped: a passive instance runs none of them.
    """

    def __init__(self, lease: LeaseView, supervisor: Supervisor, names: Sequence[str], clock: Clock) -> None:
        self._lease = lease
        self._supervisor = supervisor
        self._names = tuple(names)
        self._clock = clock

    async def run(self) -> None:
        """Follow the lease until cancelled."""
        while True:
            await self._lease.wait_until_active()
            logger.info("ACTIVE: %s", ", ".join(self._names))
            for name in self._names:
                self._supervisor.start(name)
            while self._lease.is_active:
                await self._clock.sleep(_LOOK_SECONDS)
            logger.warning("PASSIVE: %s end", ", ".join(self._names))
            for name in self._names:
                await self._supervisor.stop(name)
