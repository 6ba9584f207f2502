"""What is loaded before the loop is what a scan calls, and memory that only the first backfill needed is released."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from companion.service.warm import AfterBackfill, load_decisions
from tests.manual_clock import ManualClock


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Leaves the garbage collector as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.compiled
def test_a_drawn_market_is_decided() -> None:
    load_decisions()


def test_memory_that_only_the_backfill_needed_is_released_once_it_is_done() -> None:
    backfilled = False
    frozen = gc.get_freeze_count()

    async def work() -> None:
        nonlocal backfilled
        clock = ManualClock()
        task = asyncio.create_task(AfterBackfill(lambda: backfilled, clock).run())
        await clock.advance(5.0)
        assert not task.done()
        assert gc.get_freeze_count() == frozen
        backfilled = True
        await clock.advance(1.0)
        async with asyncio.timeout(60):
            await task

    asyncio.run(work())
    assert gc.get_freeze_count() > frozen


_PREPARED = """
import gc
import sys

from companion.service import warm
from companion.domain_settings import leaves

warm.prepare()
assert sys.getswitchinterval() < 0.001
assert gc.get_freeze_count() > 10_000
made = leaves._schema.cache_info().misses
assert made == len(leaves.setting_leaves())
"""


@pytest.mark.compiled
def test_before_the_loop_all_that_is_loaded_is_frozen_and_threads_give_way_soon() -> None:
    done = subprocess.run([sys.executable, "-c", _PREPARED], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
