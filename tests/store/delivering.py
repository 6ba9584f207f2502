"""An outbox with its lease, and consumers that take its events or fail."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from companion.settings.store import StoreSettings
from companion.store import trades
from companion.store.database import Store
from companion.store.lease import Lease
from companion.store.outbox import Consumer, Delivery, Outbox
from companion.store.trades import TradeRecord
from tests.manual_clock import START_MS, ManualClock

TRADE = TradeRecord("bot", "1", "ETH/USDT:USDT", 1, START_MS - 60_000, START_MS, 2500.0, 2510.0)


class Taker:
    """Takes events into a list; fails as often as it is told to before it takes one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken: list[tuple[str, int]] = []
        self.failures_left = 0
        self.fails_after = 0

    async def handle(self, delivery: Delivery) -> None:
        if self.failures_left:
            self.failures_left -= 1
            raise RuntimeError(f"{self.name} fails")
        self.taken.append((delivery.event.key, delivery.count))
        if self.fails_after:
            self.fails_after -= 1
            raise RuntimeError(f"{self.name} fails after its work")

    def consumer(self, **options: Any) -> Consumer:
        return Consumer(self.name, self.handle, **options)


class Service:
    """An outbox with its lease, on clocks moved by hand."""

    def __init__(self, store: Store, *takers: Taker, account: str = "default", me: str = "me") -> None:
        self.store = store
        self.clock = ManualClock()
        self.lease = Lease(
            store,
            StoreSettings(account=account),
            self.clock,
            me=me,
            database_now=lambda _: self.clock.now_ms(),
        )
        self.outbox = Outbox(store, self.lease, self.clock, [t.consumer() for t in takers], Random(1))

    async def until(self, condition: Any, seconds: float = 2000.0) -> None:
        """Let time pass until ``condition()`` holds; real threads get time to work in the meantime."""
        waited = 0.0
        self.outbox.wake()
        while not condition():
            for _ in range(6):
                await asyncio.sleep(0.002)
                if condition():
                    return
            assert waited < seconds, "it never came so far"
            await self.clock.advance(0.5)
            waited += 0.5


async def close_trades(store: Store, *numbers: int) -> None:
    told = [replace(TRADE, trade_id=str(n), closed_ms=START_MS + n) for n in numbers]
    await store.write(partial(trades.record_all, trades=told, now_ms=START_MS))


def keys(*numbers: int) -> list[tuple[str, int]]:
    return [(f"bot:{number}", count) for count, number in enumerate(numbers, 1)]


async def with_service(service: Service, scene: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(service.lease.run()), asyncio.create_task(service.outbox.run())]
    try:
        await scene
    finally:
        for task in reversed(tasks):
            task.cancel()
            await asyncio.wait({task})
