"""One active instance per account: this process is active while it holds the lease, and passive otherwise."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from companion.ground.clock import Clock
from companion.settings.store import StoreSettings
from companion.store import leases
from companion.store.database import Store
from companion.store.errors import LeaseLostError, StoreError
from companion.store.leases import LeaseState, Now, database_time

logger = logging.getLogger("companion.store")

Result = TypeVar("Result")
_BEATS = 6
"""Heartbeats per ``store.lease_seconds``: several may fail before the lease is lost."""
_SURE_SHARE = 0.9
"""The holder relies on only this share of a lease: its clock need not run exactly like the database's."""
_LONGEST_WAIT = 5.0
_JUST_AFTER = 0.01


@dataclass(frozen=True, slots=True)
class LeaseStatus:
    """``active``: this instance may act. ``holder``: who holds the lease according to the database's last answer.

    ``since_ms``: since when this instance has been active or passive, ms UTC; ``takeovers``: how often it has become
    active; ``problem``: why the last heartbeat did not reach the database, empty if it did.
    """

    account: str
    me: str
    active: bool
    holder: str
    generation: int
    since_ms: int
    takeovers: int
    problem: str


class Lease:
    """Takes the lease of an account as soon as it is free, and keeps it by heartbeats.

    A lease lasts one heartbeat less than ``store.lease_seconds``, so that within that time another instance replaces a
    dead holder. A holder is active for a little less than the lease lasts, counted by its own monotonic clock from just
    before its query: a process that was suspended, or cannot reach the database, turns passive by itself before another
    one can take over. What must not happen twice goes through :meth:`act`, which checks the generation in the same
    transaction.
    """

    def __init__(
        self,
        store: Store,
        settings: StoreSettings,
        clock: Clock,
        *,
        me: str | None = None,
        database_now: Now = database_time,
    ) -> None:
        self._store = store
        self._account = settings.account
        self._seconds = settings.lease_seconds
        self._beat = min(self._seconds / _BEATS, _LONGEST_WAIT)
        self._clock = clock
        self._now = database_now
        self.me = me or instance_name()
        self._generation = 0
        self._sure_until = 0.0
        self._holder = ""
        self._left = 0.0
        self._since_ms = clock.now_ms()
        self._takeovers = 0
        self._problem = ""
        self._was_active = False
        self._told = ""
        self._changed = asyncio.Event()

    @property
    def is_active(self) -> bool:
        """Whether this instance may act now."""
        return self._generation > 0 and self._clock.monotonic() < self._sure_until

    def status(self) -> LeaseStatus:
        """For /ready, the metrics and the page."""
        active = self.is_active
        holder = self.me if active else self._holder
        return LeaseStatus(
            self._account,
            self.me,
            active,
            holder,
            self._generation,
            self._since_ms,
            self._takeovers,
            self._problem,
        )

    async def run(self) -> None:
        """Take and keep the lease until cancelled; then release it."""
        try:
            while True:
                await self.beat()
                await self._clock.sleep(self._pause())
        finally:
            await asyncio.shield(self._give_back())

    async def beat(self) -> bool:
        """Query the database once: renew the lease, or try to take it. Returns whether this instance is active then."""
        try:
            await (self._renew() if self._generation else self._acquire())
            self._problem = ""
        except (SQLAlchemyError, StoreError) as problem:
            # The database may be back before the lease is over; if not, time itself makes us passive.
            self._problem = f"{type(problem).__name__}: the database does not answer"
            logger.warning("heartbeat of the lease failed: %s", type(problem).__name__)
        self._note_change()
        return self.is_active

    async def wait_until_active(self) -> None:
        """Return as soon as this instance is active."""
        while not self.is_active:
            await self._changed.wait()

    async def act(self, work: Callable[[Session], Result]) -> Result:
        """Run ``work`` in a transaction in which this instance provably holds the lease. Raises LeaseLostError."""
        self.require()
        fence = partial(
            leases.fence,
            account=self._account,
            holder=self.me,
            generation=self._generation,
            now=self._now,
        )
        try:
            return await self._store.write(partial(_fenced, fence=fence, work=work))
        except LeaseLostError:
            self._lose()
            raise

    async def confirm(self) -> None:
        """Check with the database that the lease is still ours, before an act outside of it. Raises LeaseLostError."""
        await self.act(_nothing)

    def require(self) -> None:
        """Raise LeaseLostError unless this instance is active; does not query the database."""
        if not self.is_active:
            raise LeaseLostError(
                f"this instance is passive: account {self._account} is served by {self._holder or 'nobody yet'}"
            )

    async def _acquire(self) -> None:
        asked = self._clock.monotonic()
        work = partial(
            leases.acquire, account=self._account, holder=self.me, lasts_ms=self._lasts_ms, now=self._now
        )
        state: LeaseState = await self._store.write(work)
        self._holder = state.holder
        if state.holder == self.me:
            self._generation = state.generation
            self._takeovers += 1
            # Our own name may be there from an attempt whose answer was lost: rely on what is left, no more.
            self._hold(asked, state.left_ms / 1000)
        else:
            self._left = state.left_ms / 1000

    async def _renew(self) -> None:
        asked = self._clock.monotonic()
        work = partial(
            leases.renew,
            account=self._account,
            holder=self.me,
            generation=self._generation,
            lasts_ms=self._lasts_ms,
            now=self._now,
        )
        if await self._store.write(work):
            self._hold(asked, self._lasts_ms / 1000)
        else:
            self._lose()
            await self._acquire()

    def _hold(self, asked: float, lasts: float) -> None:
        self._holder = self.me
        # It may have run out since the last heartbeat: who waits for it to be back must be woken.
        self._note_change()
        self._sure_until = asked + lasts * _SURE_SHARE

    def _lose(self) -> None:
        self._generation = 0
        self._holder = ""
        self._note_change()

    async def _give_back(self) -> None:
        if not self._generation:
            return
        generation, self._generation = self._generation, 0
        self._note_change()
        work = partial(leases.release, account=self._account, holder=self.me, generation=generation)
        try:
            await self._store.write(work)
        except (SQLAlchemyError, StoreError) as problem:
            logger.warning("the lease could not be given back: %s", type(problem).__name__)

    def _note_change(self) -> None:
        active = self.is_active
        if active != self._was_active:
            self._was_active = active
            self._since_ms = self._clock.now_ms()
            self._changed.set()
            self._changed = asyncio.Event()
        said = (
            "active" if active else f"passive, account {self._account} is held by {self._holder or 'nobody'}"
        )
        if said != self._told:
            self._told = said
            logger.info("this instance (%s) is %s", self.me, said)

    def _pause(self) -> float:
        """Seconds to the next heartbeat; a passive instance tries again as soon as the lease can be free."""
        if self._generation:
            return self._beat
        return min(self._beat, max(self._left, 0.0) + _JUST_AFTER)

    @property
    def _lasts_ms(self) -> int:
        return round((self._seconds - self._beat) * 1000)


def instance_name() -> str:
    """A name that no other instance has and that shows where this one runs."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _fenced(session: Session, fence: Callable[[Session], None], work: Callable[[Session], Result]) -> Result:
    fence(session)
    return work(session)


def _nothing(_session: Session) -> None:
    return None
