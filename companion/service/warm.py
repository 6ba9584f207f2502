"""Machine code and garbage: what would hold the event loop later is done at the start."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import numpy as np

from companion.clock import Clock
from companion.service import heap
from hhq.coins import BTC, ETH, CoinTable
from hhq.decide import decide
from hhq.decision_rows import decision_digests, decision_rows
from hhq.features.block import compute_features
from hhq.market.series import market_series
from hhq.panel import WINDOW, Panel, RecordedRows
from hhq.settings import HHQSettings

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50
"""Thresholds of the collector: arrays are no garbage, and a full collection of everything imported takes 100 ms."""
_LOOK_SECONDS = 1.0


class WarmUp:
    """Loads the compiled core in a thread, then keeps what is there out of the garbage collector's way.

    ``filled`` tells when the market memory has its candles: what the fill needed besides is given back then.
    """

    def __init__(self, filled: Callable[[], bool], clock: Clock) -> None:
        self._filled = filled
        self._clock = clock

    async def run(self) -> None:
        """Return when it is done."""
        await asyncio.to_thread(load_decisions)
        await self._tidy_up()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        while not self._filled():
            await self._clock.sleep(_LOOK_SECONDS)
        await self._tidy_up()

    async def _tidy_up(self) -> None:
        await asyncio.to_thread(gc.collect)
        await asyncio.to_thread(heap.give_back)
        gc.freeze()


def load_decisions() -> None:
    """Decide a market of two drawn walks once: everything compiled that a scan calls is loaded."""
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
    decisions = decide(block, market.values, CoinTable.of(panel.symbols), settings, live=True)
    decision_digests(block, decision_rows(decisions), 0)


def _prices(panel: Panel) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], ...]:
    return (panel.open, panel.high, panel.low, panel.close, panel.volume)
