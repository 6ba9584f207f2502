"""Whatever happens to instances, their clocks and their messages, never are two active."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from companion.settings.store import StoreSettings
from companion.store import state
from companion.store.database import Store
from companion.store.errors import LeaseLostError
from companion.store.lease import Lease
from tests.manual_clock import ManualClock

INSTANCES = 3
LEASE_SECONDS = 30.0


class LossyStore:
    """Does the work, but may lose the request or the answer on its way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lose = ""

    async def write(self, work: Any) -> Any:
        if self.lose == "question":
            raise OperationalError("", {}, Exception("the question was lost"))
        answer = await self._store.write(work)
        if self.lose == "answer":
            raise OperationalError("", {}, Exception("the answer was lost"))
        return answer


class Instance:
    """One process: its own clock, its own connection."""

    def __init__(self, machine: Account, name: str, rate: float) -> None:
        self.clock = ManualClock()
        self.rate = rate
        self.store = LossyStore(machine.store)
        self.lease = Lease(
            self.store,  # type: ignore[arg-type]
            StoreSettings(account=machine.account, lease_seconds=LEASE_SECONDS),
            self.clock,
            me=name,
            database_now=lambda _: machine.database.now_ms(),
        )


class Account:
    """Heartbeats, waits, deaths and restarts, lost messages, clocks up to 5 % off, writes under the fence."""

    def __init__(self, store: Store, runner: asyncio.Runner, rates: list[float]) -> None:
        self.store = store
        self.runner = runner
        self.account = uuid.uuid4().hex
        self.database = ManualClock()
        self.names = 0
        self.writes: list[tuple[int, str]] = []
        self.instances = [Instance(self, self.next_name(), rate) for rate in rates]

    def next_name(self) -> str:
        self.names += 1
        return f"instance {self.names}"

    def beat(self, which: int, lose: str = "") -> None:
        instance = self.instances[which]
        instance.store.lose = lose
        self.runner.run(instance.lease.beat())
        instance.store.lose = ""

    def time_passes(self, seconds: float) -> None:
        self.database.turn(seconds)
        for instance in self.instances:
            instance.clock.turn(seconds * instance.rate)

    def die_and_start_again(self, which: int) -> None:
        self.instances[which] = Instance(self, self.next_name(), self.instances[which].rate)

    def end_in_order(self, which: int) -> None:
        self.runner.run(self.instances[which].lease._give_back())

    def freeze(self, which: int, seconds: float) -> None:
        """A machine that was paused together with its clock: only the fence can tell that its lease is lost."""
        frozen = self.instances[which]
        self.database.turn(seconds)
        for other, instance in enumerate(self.instances):
            if instance is not frozen:
                instance.clock.turn(seconds * instance.rate)
                self.runner.run(instance.lease.beat())
                self.act(other)
        self.act(which)
        frozen.clock.turn(seconds)

    def act(self, which: int) -> None:
        lease = self.instances[which].lease
        generation = lease.status().generation
        try:
            self.runner.run(lease.act(partial(self.write, me=lease.me)))
        except LeaseLostError:
            return
        self.writes.append((generation, lease.me))

    def write(self, session: Session, me: str) -> None:
        state.put(session, key=f"acted.{self.account}", value={"by": me}, now_ms=0)

    def check(self) -> None:
        active = [instance.lease.me for instance in self.instances if instance.lease.is_active]
        assert len(active) <= 1, f"active at once: {active}"
        generations = [generation for generation, _ in self.writes]
        assert generations == sorted(generations), f"written after a later holder: {self.writes}"
        assert len({generation for generation, _ in self.writes}) == len(set(self.writes))


WHICH = st.integers(0, INSTANCES - 1)
STEPS = st.one_of(
    st.tuples(st.just("beat"), WHICH),
    st.tuples(st.just("beat"), WHICH),
    st.tuples(st.just("beat"), WHICH, st.sampled_from(["question", "answer"])),
    st.tuples(st.just("time_passes"), st.floats(0.0, 6.0)),
    st.tuples(st.just("time_passes"), st.floats(20.0, 32.0)),
    st.tuples(st.just("act"), WHICH),
    st.tuples(st.just("freeze"), WHICH, st.floats(0.0, 40.0)),
    st.tuples(st.sampled_from(["die_and_start_again", "end_in_order"]), WHICH),
)
RATES = st.lists(st.floats(0.95, 1.05), min_size=INSTANCES, max_size=INSTANCES)


def test_never_two_active_holders(store: Store) -> None:
    taken_over = written = 0
    with asyncio.Runner() as runner:

        @given(RATES, st.lists(STEPS, min_size=30, max_size=60))
        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        def play(rates: list[float], steps: list[tuple[Any, ...]]) -> None:
            nonlocal taken_over, written
            account = Account(store, runner, rates)
            for name, *arguments in steps:
                getattr(account, name)(*arguments)
                account.check()
            written += len(account.writes)
            taken_over += len({generation for generation, _ in account.writes}) > 1

        play()
    # The scenes prove something: leases change hands in them, and holders write.
    assert written > 60
    assert taken_over > 5
