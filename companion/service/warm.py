"""Machine code, imports and garbage collection: what would stall the event loop later is done before it begins."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
from collections.abc import Callable

import numpy as np

from companion.domain_settings.leaves import make_schemas
from companion.ground.clock import Clock
from companion.service import heap
from hhq.coins import BTC, ETH, CoinTable
from hhq.decide import decide
from hhq.decision_rows import decision_digests, decision_rows
from hhq.features.block import compute_features
from hhq.market.series import market_series
from hhq.panel import WINDOW, Panel, RecordedRows
from hhq.settings import HHQSettings

_SWITCH_SECONDS = 0.0005
"""How long a computing thread may keep the GIL from the event loop, which needs it again after every system call."""
_YOUNG, _MIDDLE, _OLD = 2_000, 10, 100
"""Thresholds of the collector: with more young objects, one collection would stall the loop for too long."""
_LOOK_SECONDS = 1.0
_LATE = (
    "httpcore._backends.anyio",
    "anyio._backends._asyncio",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
)
"""What libraries import only on first use."""


def prepare() -> None:
    """Load what would be loaded late, and exempt it from garbage collection. Call it before the loop begins."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    for name in _LATE:
        importlib.import_module(name)
    make_schemas()
    load_decisions()
    _tidy_up()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


class AfterBackfill:
    """Gives back memory that only the first backfill needed; ``backfilled``: whether the market memory has its candles."""

    def __init__(self, backfilled: Callable[[], bool], clock: Clock) -> None:
        self._backfilled = backfilled
        self._clock = clock

    async def run(self) -> None:
        """Wait for the backfill, give the memory back, then return."""
        while not self._backfilled():
            await self._clock.sleep(_LOOK_SECONDS)
        await asyncio.to_thread(_tidy_up)


def _tidy_up() -> None:
    gc.collect()
    gc.freeze()
    heap.give_back()


def load_decisions() -> None:
    """Decide a market of two random walks once: that loads all compiled code that a scan calls."""
    random = np.random.default_rng(0)
    close = 100.0 * np.exp(np.cumsum(random.standard_normal((2, WINDOW)) * 0.002, axis=1))
    opened = np.concatenate([close[:, :1], close[:, :-1]], axis=1)
    high, low = np.maximum(opened, close) * 1.001, np.minimum(opened, close) * 0.999
    panel = Panel((BTC, ETH), 0, opened, high, low, close, np.ones_like(close))
    settings = HHQSettings()
    btc, eth = (
        Panel((pair,), 0, *(np.ascontiguousarray(prices[row : row + 1]) for prices in _prices(panel)))
        for row, pair in enumerate(panel.symbols)
    )
    market = market_series(btc, eth, settings.market)
    recorded = RecordedRows.not_available(2, WINDOW)
    block = compute_features(panel, recorded, market.smt, settings.features)
    decisions = decide(block, market.values, CoinTable.of(panel.symbols), settings)
    decision_digests(block, decision_rows(decisions), 0)


def _prices(panel: Panel) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], ...]:
    return (panel.open, panel.high, panel.low, panel.close, panel.volume)
