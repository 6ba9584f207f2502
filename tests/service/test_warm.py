"""Warm-up ends when the market is filled, and what it loads is what a scan calls."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from companion.service.warm import WarmUp, load_decisions
from tests.manual_clock import ManualClock


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.compiled
def test_a_drawn_market_is_decided() -> None:
    load_decisions()


@pytest.mark.compiled
def test_it_ends_once_the_market_memory_is_filled() -> None:
    filled = False

    async def work() -> None:
        nonlocal filled
        clock = ManualClock()
        task = asyncio.create_task(WarmUp(lambda: filled, clock).run())
        async with asyncio.timeout(120):
            while not clock.waits:
                await asyncio.sleep(0.01)
            filled = True
            await clock.advance(1.0)
            await task

    asyncio.run(work())
    assert gc.get_freeze_count() > 0
