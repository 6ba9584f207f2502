"""A running recorder, books for it to record, and the row that the strategy reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from companion.market.memory import MarketMemory
from companion.recorder.recorder import Recorder
from companion.settings.recorder import RecorderSettings
from hhq_shared.newest_rows import NewestReader
from hhq_shared.recorded_format import INPUTS
from tests.recorder.conftest import (
    PAIRS,
    SteppedClock,
    make_market,
    open_feeds,
    set_book,
)

SETTINGS = RecorderSettings()


@asynccontextmanager
async def recording(
    market: MarketMemory, clock: SteppedClock, folder: Path, settings: RecorderSettings = SETTINGS
) -> AsyncIterator[Recorder]:
    recorder = Recorder(market, clock, settings, folder)
    task = asyncio.create_task(recorder.run())
    await clock.until_asleep()
    try:
        yield recorder
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not recorder.status().recording


def market_with_books(now_ms: int) -> MarketMemory:
    market = make_market()
    open_feeds(market, now_ms - 3_600_000)
    for row in range(len(PAIRS)):
        set_book(market, row, now_ms, 10.0, 10.01 + row / 100.0, 1.0 + row, 1.0)
    return market


def seen_by_the_strategy(
    folder: Path, clock: SteppedClock, bar: int, pair: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.full((len(INPUTS), 5), np.nan)
    NewestReader(folder, lambda: clock.now / 1000.0, lambda _: None).fill(pair, values, bar - 4)
    return values[:, -1]
