"""Events reach each consumer in order, at least once, whatever the others do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.settings.store import StoreSettings
from companion.store import events, trades
from companion.store.database import Store
from companion.store.errors import LeaseLostError
from companion.store.lease import Lease
from companion.store.outbox import Consumer, Delivery, Outbox
from companion.store.retention import Retention
from tests.manual_clock import START_MS, ManualClock
from tests.store.delivering import TRADE, Service, Taker, close_trades, keys, with_service
from tests.store.running import run

DAY_MS = 86_400_000


def test_each_consumer_takes_every_closed_trade_in_order_and_counts_it(store: Store) -> None:
    guard, model = Taker("guard"), Taker("model")
    service = Service(store, guard, model)

    async def scene() -> None:
        await close_trades(store, 1, 2, 3)
        await service.until(lambda: len(guard.taken) == len(model.taken) == 3)
        await close_trades(store, 3, 4)
        service.outbox.wake()
        await service.until(lambda: len(guard.taken) == len(model.taken) == 4, seconds=1.0)
        assert guard.taken == model.taken == keys(1, 2, 3, 4)

    run(with_service(service, scene()))


def test_a_failing_consumer_holds_up_nobody_is_noticed_and_goes_on_where_it_was(store: Store) -> None:
    guard, model = Taker("guard"), Taker("model")
    model.failures_left = 7
    service = Service(store, guard, model)

    async def scene() -> None:
        await close_trades(store, 1, 2)
        await service.until(lambda: len(guard.taken) == 2 and model.failures_left <= 4)
        assert model.taken == []
        seen = {status.name: status for status in await service.outbox.status()}
        assert (seen["guard"].taken, seen["guard"].waiting, seen["guard"].failures) == (2, 0, 0)
        assert (seen["model"].taken, seen["model"].waiting) == (0, 2)
        assert seen["model"].failures >= 2
        assert seen["model"].last_error == "RuntimeError: model fails"
        await service.until(lambda: len(model.taken) == 2)
        assert model.taken == keys(1, 2)

    run(with_service(service, scene()))


def test_work_that_was_done_but_not_noted_is_delivered_again_with_the_same_count(store: Store) -> None:
    optimiser = Taker("optimiser")
    optimiser.fails_after = 1
    service = Service(store, optimiser)

    async def scene() -> None:
        await close_trades(store, 1, 2)
        await service.until(lambda: len(optimiser.taken) == 3)
        assert optimiser.taken == [("bot:1", 1), ("bot:1", 1), ("bot:2", 2)]

    run(with_service(service, scene()))


def test_every_fiftieth_and_hundredth_is_counted_across_restarts(store: Store) -> None:
    completed: list[tuple[int, int]] = []

    async def handle(delivery: Delivery) -> None:
        completed.extend((every, delivery.count) for every in (50, 100) if delivery.completes(every))

    async def scene() -> None:
        for part in range(4):
            service = Service(store, me=f"run {part}")
            service.outbox = Outbox(store, service.lease, service.clock, [Consumer("model", handle)])
            await close_trades(store, *range(part * 30, part * 30 + 30))
            await with_service(service, served(service, part * 30 + 30))
        assert completed == [(50, 50), (50, 100), (100, 100)]

    async def served(service: Service, number: int) -> None:
        done = False
        while not done:
            await service.until(lambda: True)
            await service.clock.advance(0.1)
            await asyncio.sleep(0.005)
            (status,) = await service.outbox.status()
            done = status.taken == number

    run(scene())


def test_a_passive_instance_delivers_nothing_until_it_takes_over(store: Store) -> None:
    first, second = Taker("guard"), Taker("guard")
    active, passive = Service(store, first), Service(store, second, me="other")
    passive.clock = active.clock
    passive.lease = Lease(
        store,
        StoreSettings(),
        active.clock,
        me="other",
        database_now=lambda _: active.clock.now_ms(),
    )
    passive.outbox = Outbox(store, passive.lease, active.clock, [second.consumer()])

    async def scene() -> None:
        assert await active.lease.beat()
        running = [
            asyncio.create_task(part)
            for part in (active.outbox.run(), passive.lease.run(), passive.outbox.run())
        ]
        await close_trades(store, 1, 2)
        await active.until(lambda: len(first.taken) == 2, seconds=20.0)
        while (await active.outbox.status())[0].taken < 2:
            await asyncio.sleep(0.005)
        assert second.taken == []
        running[0].cancel()
        await close_trades(store, 3)
        await active.until(lambda: len(second.taken) == 1)
        assert (first.taken, second.taken) == (keys(1, 2), [("bot:3", 3)])
        with pytest.raises(LeaseLostError):
            await active.outbox.skip("guard")
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    run(scene())


def test_an_operator_can_skip_an_event_that_cannot_be_taken(store: Store) -> None:
    guard = Taker("guard")
    guard.failures_left = 10**6
    service = Service(store, guard)

    async def scene() -> None:
        await close_trades(store, 1, 2)
        await service.until(lambda: guard.failures_left < 10**6)
        skipped = await service.outbox.skip("guard")
        assert skipped is not None
        assert skipped.key == "bot:1"
        guard.failures_left = 0
        await service.until(lambda: len(guard.taken) == 1)
        assert guard.taken == [("bot:2", 1)]
        assert await service.outbox.skip("guard") is None

    run(with_service(service, scene()))


def test_a_late_consumer_begins_at_the_start_or_with_what_comes(store: Store) -> None:
    everything, rest = Taker("everything"), Taker("rest")
    service = Service(store)
    service.outbox = Outbox(
        store, service.lease, service.clock, [everything.consumer(), rest.consumer(from_start=False)]
    )

    async def scene() -> None:
        await close_trades(store, 1, 2)
        await with_service(service, later())

    async def later() -> None:
        await service.until(lambda: len(everything.taken) == 2)
        await close_trades(store, 3)
        await service.until(lambda: len(everything.taken) == 3 and len(rest.taken) == 1)
        assert rest.taken == keys(3)

    run(scene())


def test_events_are_removed_when_all_have_taken_them_and_not_before(store: Store) -> None:
    async def scene() -> None:
        clock = ManualClock(START_MS + 31 * DAY_MS)
        await close_trades(store, 1, 2, 3)
        kinds = {"guard": [trades.TRADE_CLOSED], "model": [trades.TRADE_CLOSED], "other": ["another"]}
        retention = Retention(store, StoreSettings(), clock, kinds, {})
        assert (await retention.tidy())["events"] == 0
        for name, number in (("guard", 3), ("model", 2), ("other", 0)):
            place = await store.write(
                partial(events.introduce, consumer=name, now_ms=START_MS, from_start=True)
            )
            move = partial(events.advance, before=place, event_id=number, counts=True, now_ms=START_MS)
            assert await store.write(move)
        assert (await retention.tidy())["events"] == 2
        left = await store.read(partial(events.after, event_id=0, kinds=[trades.TRADE_CLOSED], limit=9))
        assert [event.key for event in left] == ["bot:3"]

    run(scene())


def test_a_consumer_that_somebody_else_has_moved_is_not_moved_back(store: Store) -> None:
    async def scene() -> None:
        await close_trades(store, 1, 2)
        place = await store.write(partial(events.introduce, consumer="guard", now_ms=0, from_start=True))
        move = partial(events.advance, before=place, counts=True, now_ms=0)
        assert await store.write(partial(move, event_id=2))
        assert not await store.write(partial(move, event_id=1))
        assert (await store.read(partial(events.position, consumer="guard"))).event_id == 2

    run(scene())


def test_whatever_fails_each_consumer_takes_all_in_order(store: Store) -> None:
    account = iter(range(10**9))

    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=5))
    @settings(max_examples=6, suppress_health_check=list(HealthCheck))
    def play(script: list[tuple[int, int]]) -> None:
        number = next(account)
        taker = Taker(f"consumer {number}")
        service = Service(store, taker, account=f"account {number}")
        expected: list[str] = []

        async def scene() -> None:
            for closed, (failures, after) in enumerate(script):
                taker.failures_left, taker.fails_after = failures, after
                key = f"{number}-{closed}"
                await store.write(
                    partial(trades.record_closed, trade=replace(TRADE, trade_id=key), now_ms=START_MS)
                )
                expected.append(f"bot:{key}")
                await service.until(lambda: taker.taken and taker.taken[-1][0] == expected[-1])
            await service.until(lambda: not taker.fails_after)
            first = list(dict.fromkeys(key for key, _ in taker.taken))
            assert first[-len(expected) :] == expected
            counts = [count for _, count in dict(taker.taken).items()]
            assert counts == list(range(1, len(counts) + 1))

        run(with_service(service, scene()))

    play()
