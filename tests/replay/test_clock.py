"""Clocks: scaling, standing still, waking."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.replay.clock import ManualClock, ScaledClock
from companion.replay.errors import ReplayError


@given(st.floats(0.1, 1000.0), st.floats(0.0, 1e6))
def test_served_time_runs_speed_times_as_fast_from_the_origin(speed: float, elapsed: float) -> None:
    clock = ScaledClock(speed, origin=1_000_000.0, real=lambda: 1_000_000.0 + elapsed)
    assert clock.now() == pytest.approx(1_000_000_000.0 + elapsed * speed * 1000.0, abs=2.0)


def test_without_an_origin_both_clocks_agree_at_the_start() -> None:
    assert ScaledClock(60.0, real=lambda: 5_000.0).now() == 5_000_000


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_a_speed_that_is_not_positive_is_refused(speed: float) -> None:
    with pytest.raises(ReplayError, match="speed"):
        ScaledClock(speed)


def test_a_manual_clock_stands_still_until_it_is_moved_and_never_goes_back() -> None:
    clock = ManualClock(1_000)
    clock.advance(500)
    assert clock.now() == 1_500
    with pytest.raises(ReplayError, match="back"):
        clock.set(1_499)
    assert clock.now() == 1_500


async def _moves_seen(clock: ManualClock) -> list[int]:
    seen: list[int] = []

    async def watch() -> None:
        while clock.now() < 3_000:
            await clock.wait(clock.now() + 1, 60.0)
            seen.append(clock.now())

    watcher = asyncio.create_task(watch())
    for _ in range(3):
        await asyncio.sleep(0)
        clock.advance(1_000)
    await watcher
    return seen


def test_moving_a_manual_clock_wakes_whoever_waits_for_it() -> None:
    seen = asyncio.run(_moves_seen(ManualClock(0)))
    assert seen[-1] == 3_000
    assert all(earlier < later for earlier, later in pairwise(seen))


def test_waiting_for_an_instant_that_has_passed_returns_at_once() -> None:
    asyncio.run(asyncio.wait_for(ManualClock(10).wait(5, 60.0), 5.0))
