"""One active instance per account: taken when free, kept by heartbeats, fenced when lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from companion.ground.clock import SystemClock
from companion.settings.store import StoreSettings
from companion.store import state
from companion.store.database import Store
from companion.store.errors import LeaseLostError
from companion.store.lease import Lease, instance_name
from tests.manual_clock import ManualClock, settle
from tests.store.running import run

SETTINGS = StoreSettings(lease_seconds=30.0)
NOW = 1_760_000_000_000


class World:
    """Instances of one account that share the database and its time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = ManualClock()

    def instance(self, name: str, settings: StoreSettings = SETTINGS) -> Lease:
        return Lease(self.store, settings, self.clock, me=name, database_now=lambda _: self.clock.now_ms())


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def mark(session: Session, who: str) -> None:
    state.put(session, key="acted", value={"who": who}, now_ms=NOW)


def test_the_first_is_active_and_the_second_passive_and_says_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        first, second = world.instance("first"), world.instance("second")
        assert await first.beat()
        assert not await second.beat()
        status = second.status()
        assert (status.active, status.holder, status.account) == (False, "first", "default")
        assert (first.status().active, first.status().generation) == (True, 1)

    with caplog.at_level(logging.INFO, "companion.store"):
        run(scene())
    assert "this instance (second) is passive, account default is held by first" in caplog.text
    assert "this instance (first) is active" in caplog.text


def test_accounts_have_nothing_to_do_with_each_other(world: World) -> None:
    async def scene() -> None:
        assert await world.instance("one").beat()
        assert await world.instance("two", StoreSettings(account="another")).beat()

    run(scene())


def test_a_dead_holder_is_succeeded_within_the_configured_time(world: World) -> None:
    async def scene() -> None:
        dead, heir = world.instance("dead"), world.instance("heir")
        assert await dead.beat()
        following = asyncio.create_task(heir.run())
        waited = 0.0
        while not heir.is_active:
            step = min([*world.clock.waits, 1.0])
            await world.clock.advance(step)
            await asyncio.sleep(0.02)
            waited += step
            assert not (dead.is_active and heir.is_active)
        assert 25.0 <= waited < 30.0
        assert heir.status().generation == 2
        following.cancel()
        await asyncio.wait({following})

    run(scene())


def test_heartbeats_keep_the_lease(world: World) -> None:
    async def scene() -> None:
        holder, other = world.instance("holder"), world.instance("other")
        for _ in range(40):
            assert await holder.beat()
            assert not await other.beat()
            world.clock.turn(5.0)

    run(scene())


def test_an_orderly_end_gives_the_lease_back_at_once(world: World) -> None:
    async def scene() -> None:
        holder, other = world.instance("holder"), world.instance("other")
        running = asyncio.create_task(holder.run())
        await holder.wait_until_active()
        running.cancel()
        await asyncio.wait({running})
        assert not holder.is_active
        assert await other.beat()

    run(scene())


def test_a_holder_that_was_stopped_is_passive_before_it_is_succeeded_and_can_write_nothing(
    world: World,
) -> None:
    async def scene() -> None:
        stopped, heir = world.instance("stopped"), world.instance("heir")
        assert await stopped.beat()
        world.clock.turn(23.0)
        assert not stopped.is_active
        assert not await heir.beat()
        world.clock.turn(3.0)
        assert await heir.beat()
        with pytest.raises(LeaseLostError, match="passive"):
            await stopped.act(partial(mark, who="stopped"))
        assert not await stopped.beat()
        assert stopped.status().holder == "heir"

    run(scene())


def test_a_holder_that_has_not_noticed_its_loss_is_stopped_by_the_fence(store: Store) -> None:
    """Its clock stands still (a virtual machine that was paused), so only the database can tell."""

    async def scene() -> None:
        world = World(store)
        frozen = Lease(
            store, SETTINGS, ManualClock(), me="frozen", database_now=lambda _: world.clock.now_ms()
        )
        assert await frozen.beat()
        world.clock.turn(60.0)
        heir = world.instance("heir")
        assert await heir.beat()
        assert frozen.is_active
        with pytest.raises(LeaseLostError, match="held by heir"):
            await frozen.act(partial(mark, who="frozen"))
        assert frozen.status().active is False
        assert await store.read(partial(state.get, key="acted")) is None
        await heir.act(partial(mark, who="heir"))
        await heir.confirm()
        assert await store.read(partial(state.get, key="acted")) == {"who": "heir"}

    run(scene())


def test_an_expired_lease_that_nobody_has_taken_can_be_kept(world: World) -> None:
    async def scene() -> None:
        holder = world.instance("holder")
        assert await holder.beat()
        world.clock.turn(100.0)
        assert not holder.is_active
        assert await holder.beat()
        assert holder.status().generation == 1

    run(scene())


def test_a_lease_that_ran_out_and_was_renewed_between_two_heartbeats_wakes_who_waits_for_it(
    world: World,
) -> None:
    async def scene() -> None:
        holder = world.instance("holder")
        assert await holder.beat()
        world.clock.turn(27.0)
        assert not holder.is_active
        waits = asyncio.create_task(holder.wait_until_active())
        await settle()
        assert not waits.done()
        assert await holder.beat()
        await settle()
        assert waits.done()

    run(scene())


def test_an_attempt_whose_answer_was_lost_counts_only_on_the_remaining_time(world: World) -> None:
    async def scene() -> None:
        assert await world.instance("same").beat()
        world.clock.turn(24.0)
        again = world.instance("same")
        assert await again.beat()
        world.clock.turn(1.0)
        assert not again.is_active

    run(scene())


class BrokenStore(Store):
    """A store whose database does not answer for a while."""

    broken = False

    async def write(self, work):  # type: ignore[no-untyped-def]
        if self.broken:
            raise OperationalError("UPDATE", {}, Exception("gone"))
        return await super().write(work)


@pytest.fixture
def broken_store(url: str) -> Iterator[BrokenStore]:
    opened = BrokenStore.open(StoreSettings(url=url), {})
    assert isinstance(opened, BrokenStore)
    yield opened
    opened.close()


def test_a_short_outage_of_the_database_costs_no_lease_and_a_long_one_makes_passive(
    broken_store: BrokenStore,
) -> None:
    async def scene() -> None:
        world = World(broken_store)
        holder = world.instance("holder")
        assert await holder.beat()
        broken_store.broken = True
        world.clock.turn(10.0)
        assert await holder.beat()
        assert "does not answer" in holder.status().problem
        world.clock.turn(13.0)
        assert not await holder.beat()
        broken_store.broken = False
        assert await holder.beat()
        assert holder.status().problem == ""

    run(scene())


def test_of_many_instances_that_ask_at_once_exactly_one_is_active(url: str) -> None:
    stores = [Store.open(StoreSettings(url=url), {}) for _ in range(6)]

    async def scene() -> None:
        for _ in range(5):
            instances = [Lease(store, SETTINGS, SystemClock(), me=instance_name()) for store in stores]
            await asyncio.gather(*(instance.beat() for instance in instances))
            active = [instance for instance in instances if instance.is_active]
            assert len(active) == 1
            assert {instance.status().holder for instance in instances} == {active[0].me}
            running = asyncio.create_task(active[0].run())
            await settle()
            running.cancel()
            await asyncio.wait({running})

    run(scene())
    for store in stores:
        store.close()
