"""Transactions in threads: all or nothing, in order, and never in the way of the event loop."""

from __future__ import annotations

import asyncio
import stat
import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from companion.ground.clock import SystemClock
from companion.settings.store import StoreSettings
from companion.store import state
from companion.store.database import Store
from companion.store.errors import StoreBusyError
from companion.store.tables import StateRow
from tests.store.running import run

NOW = 1_760_000_000_000


def put(session: Session, key: str, number: int) -> None:
    state.put(session, key=key, value={"number": number}, now_ms=NOW)


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def fails(session: Session) -> None:
        put(session, "half", 1)
        raise ValueError("on purpose")

    async def scene() -> None:
        with pytest.raises(ValueError, match="on purpose"):
            await store.write(fails)
        assert await store.read(partial(state.get, key="half")) is None

    run(scene())


def test_writes_happen_in_the_order_in_which_they_are_requested(store: Store) -> None:
    async def scene() -> None:
        order: list[int] = []
        await asyncio.gather(*(store.write(lambda _, n=n: order.append(n)) for n in range(50)))  # type: ignore[misc]
        assert order == list(range(50))

    run(scene())


def test_counters_of_many_writers_lose_nothing(url: str) -> None:
    stores = [Store.open(StoreSettings(url=url), {}) for _ in range(3)]

    async def scene() -> None:
        work = partial(state.count, key="trades", now_ms=NOW)
        values = await asyncio.gather(*(store.write(work) for store in stores for _ in range(20)))
        assert sorted(values) == list(range(1, 61))

    run(scene())
    for store in stores:
        store.close()


def test_a_reader_cannot_write(store: Store) -> None:
    async def scene() -> None:
        with pytest.raises(DBAPIError):
            await store.read(partial(put, key="forbidden", number=1))
        await store.write(partial(put, key="allowed", number=1))
        assert await store.read(partial(state.get, key="allowed")) == {"number": 1}
        assert await store.read(partial(state.get, key="forbidden")) is None

    run(scene())


def test_a_long_read_holds_up_neither_a_write_nor_the_event_loop(store: Store) -> None:
    begun, finish = threading.Event(), threading.Event()

    def long_read(session: Session) -> object:
        before = state.get(session, "k")
        begun.set()
        assert finish.wait(30)
        return before

    async def scene() -> None:
        reading = asyncio.create_task(store.read(long_read))
        await asyncio.to_thread(begun.wait, 30)
        await store.write(partial(put, key="k", number=2))
        assert await store.read(partial(state.get, key="k")) == {"number": 2}
        assert not reading.done()
        finish.set()
        assert await reading is None

    run(scene())


def test_a_slow_database_does_not_stall_the_event_loop(store: Store) -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(_session: Session) -> None:
        begun.set()
        assert finish.wait(30)

    async def scene() -> None:
        writing = asyncio.create_task(store.write(slow))
        await asyncio.to_thread(begun.wait, 30)
        turns = 0
        while turns < 100:
            await asyncio.sleep(0)
            turns += 1
        assert not writing.done()
        finish.set()
        await writing

    run(scene())


def test_work_without_limit_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.store.database._MOST_WAITING", 3)
    finish = threading.Event()

    async def scene() -> None:
        held = [asyncio.create_task(store.write(lambda _: finish.wait(30))) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(StoreBusyError):
            await store.write(partial(put, key="one more", number=1))
        finish.set()
        await asyncio.gather(*held)
        await store.write(partial(put, key="again", number=1))

    run(scene())


def test_errors_show_no_values(store: Store) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            session.add(StateRow(key="the-secret-value", value=None, number=0, changed_ms=NOW))
            session.flush()
            session.expunge_all()

    async def scene() -> None:
        with pytest.raises(IntegrityError) as refused:
            await store.write(twice)
        assert "INSERT" in str(refused.value)
        assert "[SQL parameters hidden" in str(refused.value)

    run(scene())


def test_the_store_says_whether_it_can_be_written_and_where_it_is(store: Store, url: str) -> None:
    async def scene() -> None:
        await store.check_writable(NOW)
        assert await store.read(partial(state.get, key="store.checked")) == {"ms": NOW}
        assert abs(await store.time_ms() - SystemClock().now_ms()) < 60_000

    run(scene())
    assert store.address.split(":")[0].split("+")[0] == url.split(":", maxsplit=1)[0]


def test_sqlite_is_set_up_for_concurrent_reads_and_writes_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "companion.sqlite"
    store = Store.open(StoreSettings(url=f"sqlite:///{path}"), {})
    pragmas = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "synchronous": 2,
        "recursive_triggers": 1,
    }

    async def scene() -> None:
        for name, expected in pragmas.items():
            found = await store.write(lambda s, name=name: s.execute(text(f"PRAGMA {name}")).scalar())  # type: ignore[misc]
            assert found == expected, name

    run(scene())
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    store.close()
