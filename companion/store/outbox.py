"""Delivers events to consumers that know nothing of each other: each at its own pace, in order, without gaps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TypeAlias

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from companion.ground.clock import Clock
from companion.store import events
from companion.store.database import Store
from companion.store.errors import LeaseLostError, StoreError
from companion.store.events import Event, Position
from companion.store.lease import Lease
from companion.store.trades import TRADE_CLOSED
from companion.tasks.backoff import Backoff

logger = logging.getLogger("companion.store")

RETRIES = Backoff(first=1.0, longest=300.0)
_POLL_SECONDS = 5.0
_LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event for a consumer; ``count``: its number among the events that this consumer takes, 1 = the first.

    The count is kept in the database. An event delivered again (after a crash or a failure) has the same count.
    """

    event: Event
    count: int

    def completes(self, every: int) -> bool:
        """Whether this is the last of ``every`` events: the 50th, the 100th …"""
        return self.count % every == 0


Handler: TypeAlias = Callable[[Delivery], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Consumer:
    """Takes events. ``handle`` must tolerate being called again for the same event, and bound its own waits.

    ``from_start``: whether a new consumer begins with the oldest event, or with those from now on.
    """

    name: str
    handle: Handler
    kinds: tuple[str, ...] = (TRADE_CLOSED,)
    from_start: bool = True


@dataclass(frozen=True, slots=True)
class ConsumerStatus:
    """How a consumer is doing: events taken, events waiting for it, and failures at its next event."""

    name: str
    taken: int
    waiting: int
    failures: int
    last_error: str
    changed_ms: int


class Outbox:
    """Runs the consumers while this instance holds the lease.

    At-least-once delivery: a position moves only after the handler has returned, in a transaction fenced by the lease. A
    handler that raises is retried after a growing wait; its events wait in order, those of other consumers do not.
    """

    def __init__(
        self,
        store: Store,
        lease: Lease,
        clock: Clock,
        consumers: Iterable[Consumer],
        rng: Random | None = None,
    ) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._rng = rng or Random()
        self._consumers = {consumer.name: consumer for consumer in consumers}
        self._introduced: set[str] = set()
        self._news = {name: asyncio.Event() for name in self._consumers}

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """The kinds of events that each consumer takes."""
        return {name: consumer.kinds for name, consumer in self._consumers.items()}

    def wake(self) -> None:
        """Tell the consumers that an event has been committed; otherwise they look every 5 s."""
        for news in self._news.values():
            news.set()

    async def run(self) -> None:
        """Serve all consumers until cancelled."""
        async with asyncio.TaskGroup() as group:
            for consumer in self._consumers.values():
                group.create_task(self._serve(consumer), name=f"outbox.{consumer.name}")

    async def status(self) -> tuple[ConsumerStatus, ...]:
        """The status of all consumers, in the order given."""
        return await self._store.read(self._read_status)

    async def skip(self, name: str) -> Event | None:
        """Skip the event at which a consumer fails; returns that event, None if nothing is waiting.

        For an operator, as a last resort: the consumer never gets this event. Raises KeyError, LeaseLostError.
        """
        consumer = self._consumers[name]
        event = await self._lease.act(partial(_pass_over, consumer=consumer, now_ms=self._clock.now_ms()))
        self._news[name].set()
        return event

    async def _serve(self, consumer: Consumer) -> None:
        failures = 0
        while True:
            await self._lease.wait_until_active()
            try:
                found = await self._deliver_next(consumer)
                failures = 0
            except LeaseLostError:
                continue
            except Exception as error:  # process boundary: a consumer's failure must not hold up the others
                failures += 1
                logger.exception("consumer %s failed (%d in a row)", consumer.name, failures)
                await self._note_failure(consumer, error)
                await self._clock.sleep(RETRIES.wait(failures, self._rng))
                continue
            if not found:
                await self._wait_for_news(consumer)

    async def _deliver_next(self, consumer: Consumer) -> bool:
        """Deliver the consumer's next event; False if there is none."""
        news = self._news[consumer.name]
        news.clear()
        if consumer.name not in self._introduced:
            await self._lease.act(partial(_introduce, consumer=consumer, now_ms=self._clock.now_ms()))
            self._introduced.add(consumer.name)
        place, event = await self._store.read(partial(_next, consumer=consumer))
        if event is None:
            return False
        self._lease.require()
        await consumer.handle(Delivery(event, place.taken + 1))
        await self._lease.act(
            partial(events.advance, before=place, event_id=event.id, counts=True, now_ms=self._clock.now_ms())
        )
        return True

    async def _note_failure(self, consumer: Consumer, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        try:
            await self._lease.act(
                partial(events.note_failure, consumer=consumer.name, error=said, now_ms=self._clock.now_ms())
            )
        except (SQLAlchemyError, StoreError, LeaseLostError) as problem:
            logger.warning("the failure of %s could not be stored: %s", consumer.name, type(problem).__name__)

    async def _wait_for_news(self, consumer: Consumer) -> None:
        waits = {
            asyncio.ensure_future(self._news[consumer.name].wait()),
            asyncio.ensure_future(self._clock.sleep(_POLL_SECONDS)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _read_status(self, session: Session) -> tuple[ConsumerStatus, ...]:
        known = events.positions(session)
        return tuple(
            _status(session, consumer, known.get(consumer.name)) for consumer in self._consumers.values()
        )


def _introduce(session: Session, consumer: Consumer, now_ms: int) -> None:
    events.introduce(session, consumer.name, now_ms=now_ms, from_start=consumer.from_start)


def _next(session: Session, consumer: Consumer) -> tuple[Position, Event | None]:
    place = events.position(session, consumer.name)
    found = events.after(session, place.event_id, consumer.kinds, limit=1)
    return place, (found[0] if found else None)


def _pass_over(session: Session, consumer: Consumer, now_ms: int) -> Event | None:
    _introduce(session, consumer, now_ms)
    place, event = _next(session, consumer)
    if event is not None:
        events.advance(session, place, event.id, counts=False, now_ms=now_ms)
    return event


def _status(session: Session, consumer: Consumer, place: Position | None) -> ConsumerStatus:
    if place is None:
        return ConsumerStatus(consumer.name, 0, events.waiting(session, 0, consumer.kinds), 0, "", 0)
    return ConsumerStatus(
        consumer.name,
        place.taken,
        events.waiting(session, place.event_id, consumer.kinds),
        place.failures,
        place.last_error,
        place.changed_ms,
    )
