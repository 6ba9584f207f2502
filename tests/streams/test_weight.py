"""The weight ledger: never more than the budget in any minute, the urgent first, refusals obeyed by everybody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.settings.exchange import ExchangeSettings
from companion.streams.weight import Urgency, WeightLedger
from companion.venues.request_weight import WeightReport
from hhq.settings import SettingsError
from hhq.settings.base import parse
from tests.streams.hand_clock import HandClock

SMALL = ExchangeSettings(weight_limit=200)
"""120 a minute, 180 during a backfill, which leaves 9 of them to others."""


@dataclass
class Wish:
    """A request that waits for its weight, and when it was let through."""

    weight: int
    urgency: Urgency
    at: float = -1.0


async def _ask(ledger: WeightLedger, clock: HandClock, wish: Wish, order: list[Wish]) -> None:
    await ledger.acquire(wish.weight, wish.urgency)
    wish.at = clock.monotonic()
    order.append(wish)


wishes = st.builds(Wish, st.integers(1, 40), st.sampled_from(Urgency))
steps = st.lists(
    st.one_of(
        wishes,
        st.floats(0.05, 40.0),
        st.builds(WeightReport, st.sampled_from([429, 418]), st.none(), st.floats(0.5, 120.0)),
    ),
    max_size=50,
)


@settings(max_examples=60, deadline=None)
@given(steps, st.booleans())
def test_no_minute_sees_more_than_the_budget_and_nobody_sends_while_blocked(
    steps: list[Wish | float | WeightReport], backfilling: bool
) -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        sent: list[Wish] = []
        tasks, blocks = [], []
        with ledger.backfilling() if backfilling else _nothing():
            for step in steps:
                if isinstance(step, Wish):
                    tasks.append(asyncio.create_task(_ask(ledger, clock, step, sent)))
                    await asyncio.sleep(0)
                elif isinstance(step, float):
                    for _ in range(int(step) + 1):
                        await clock.advance(step / (int(step) + 1))
                else:
                    ledger.answered(step)
                    assert step.wait_seconds is not None
                    blocks.append((clock.monotonic(), clock.monotonic() + step.wait_seconds))
            for _ in range(4_000):
                if len(sent) == len(tasks):
                    break
                await clock.advance(1.0)
        await asyncio.gather(*tasks)
        budget = 180 if backfilling else 120
        for wish in sent:
            window = [w.weight for w in sent if wish.at - 60.0 <= w.at <= wish.at]
            assert sum(window) <= budget
            assert not any(begin < wish.at < end for begin, end in blocks)

    asyncio.run(work())


class _nothing:  # noqa: N801 - a context that does nothing
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_the_urgent_go_first_when_weight_becomes_free() -> None:
    async def work() -> None:
        clock, order = HandClock(), list[Wish]()
        ledger = WeightLedger(SMALL, clock)
        await ledger.acquire(120)
        waiting = [
            Wish(40, Urgency.REPAIR),
            Wish(41, Urgency.BACKFILL),
            Wish(42, Urgency.LIVE),
            Wish(1, Urgency.BACKFILL),
        ]
        tasks = [asyncio.create_task(_ask(ledger, clock, wish, order)) for wish in waiting]
        for _ in range(200):
            await clock.advance(1.0)
        await asyncio.gather(*tasks)
        assert [wish.weight for wish in order] == [42, 40, 41, 1]

    asyncio.run(work())


def test_a_backfill_leaves_weight_for_what_is_urgent() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        with ledger.backfilling():
            for _ in range(17):
                await asyncio.wait_for(ledger.acquire(10, Urgency.BACKFILL), 1.0)
            late = asyncio.create_task(ledger.acquire(10, Urgency.BACKFILL))
            await asyncio.sleep(0)
            await asyncio.wait_for(ledger.acquire(10, Urgency.LIVE), 1.0)
            assert not late.done()
            late.cancel()
            await asyncio.gather(late, return_exceptions=True)

    asyncio.run(work())


@pytest.mark.parametrize(("needed", "own"), [(0, 170), (40, 130), (1_000, 40)])
def test_a_backfill_leaves_what_bots_need_but_three_quarters_at_most(needed: int, own: int) -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock, lambda: needed)
        with ledger.backfilling():
            for _ in range(own // 10):
                await asyncio.wait_for(ledger.acquire(10, Urgency.BACKFILL), 1.0)
            waits = asyncio.create_task(ledger.acquire(10, Urgency.BACKFILL))
            await clock.advance(1.0)
            assert not waits.done()
            # Urgent requests are not held up by it.
            await asyncio.wait_for(ledger.acquire(10, Urgency.REPAIR), 1.0)
            waits.cancel()
            await asyncio.gather(waits, return_exceptions=True)

    asyncio.run(work())


@pytest.mark.parametrize("share", [2.5, 20.0, 60.0])
def test_a_coin_that_is_listed_later_is_backfilled_whatever_share_is_left_and_whatever_bots_need(
    share: float,
) -> None:
    async def work() -> None:
        ledger = WeightLedger(ExchangeSettings(weight_share_pct=share), HandClock(), lambda: 10_000)
        async with asyncio.timeout(1.0):
            for weight in (2, 2, 2, 1):
                await ledger.acquire(weight, Urgency.BACKFILL)

    asyncio.run(work())


def test_what_bots_have_used_already_is_not_kept_free_once_more() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock, lambda: 80)
        with ledger.backfilling():
            await ledger.acquire(10, Urgency.BACKFILL)
            ledger.answered(WeightReport(200, 90))
            for _ in range(8):
                await asyncio.wait_for(ledger.acquire(10, Urgency.BACKFILL), 1.0)
            waits = asyncio.create_task(ledger.acquire(10, Urgency.BACKFILL))
            await clock.advance(1.0)
            assert not waits.done(), "90 of its own, 170 of the address"
            waits.cancel()
            await asyncio.gather(waits, return_exceptions=True)

    asyncio.run(work())


def test_what_others_on_the_address_use_counts_until_the_exchanges_minute_is_over() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        await ledger.acquire(1)
        ledger.answered(WeightReport(200, 118))
        assert ledger.status().reported == 118
        await ledger.acquire(2)
        waiting = asyncio.create_task(ledger.acquire(1))
        await clock.advance(30.0)
        assert not waiting.done()
        for _ in range(40):
            await clock.advance(1.0)
        assert waiting.done()
        ledger.answered(WeightReport(200, 3))
        await asyncio.wait_for(ledger.acquire(5), 1.0)

    asyncio.run(work())


def test_a_waiter_that_gives_up_does_not_hold_up_the_others() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        await ledger.acquire(120)
        first = asyncio.create_task(ledger.acquire(100))
        second = asyncio.create_task(ledger.acquire(1))
        await clock.advance(10.0)
        first.cancel()
        for _ in range(60):
            await clock.advance(1.0)
        assert second.done()
        assert not second.cancelled()
        assert ledger.status().used == 1

    asyncio.run(work())


def test_a_connection_is_not_opened_while_the_exchange_wants_to_be_left_alone() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        await asyncio.wait_for(ledger.unblocked(), 1.0)
        ledger.block(5.0)
        waiting = asyncio.create_task(ledger.unblocked())
        for _ in range(4):
            await clock.advance(1.0)
        assert not waiting.done()
        assert ledger.status().blocked_seconds == pytest.approx(1.0)
        await clock.advance(1.1)
        assert waiting.done()

    asyncio.run(work())


def test_a_request_that_can_never_be_granted_is_an_error_and_so_are_settings_without_a_budget() -> None:
    async def work() -> None:
        with pytest.raises(ValueError, match="more than the budget"):
            await WeightLedger(SMALL, HandClock()).acquire(121)

    asyncio.run(work())
    with pytest.raises(SettingsError, match="at least 60"):
        parse(ExchangeSettings, {"weight_limit": 100, "weight_share_pct": 50.0})


def test_weight_lent_to_bots_counts_for_a_minute_and_is_given_only_where_there_is_room() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        await ledger.acquire(70)
        assert not ledger.lend(51), "121 of 120"
        assert ledger.lend(50)
        waits = asyncio.create_task(ledger.acquire(1))
        await clock.advance(50.0)
        assert not waits.done()
        assert not ledger.lend(1), "who waits already goes first"
        await clock.advance(15.0)
        assert waits.done()
        ledger.answered(WeightReport(200, 100))
        assert not ledger.lend(30), "bots have used 100 of this minute"
        assert ledger.lend(19)

    asyncio.run(work())


def test_more_than_the_budget_is_lent_when_half_of_it_is_free() -> None:
    async def work() -> None:
        clock = HandClock()
        ledger = WeightLedger(SMALL, clock)
        await ledger.acquire(61)
        assert not ledger.lend(1_000)
        await clock.advance(70.0)
        await ledger.acquire(60)
        assert ledger.lend(1_000)
        ledger.block(5.0)
        await clock.advance(1.0)
        assert not ledger.lend(1)

    asyncio.run(work())


def test_nothing_is_lent_while_the_first_backfill_takes_what_there_is() -> None:
    async def work() -> None:
        ledger = WeightLedger(SMALL, HandClock())
        with ledger.backfilling():
            assert not ledger.lend(1)
        assert ledger.lend(1)

    asyncio.run(work())
