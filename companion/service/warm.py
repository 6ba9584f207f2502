"""Machine code and garbage: what would hold the event loop later is done at the start."""

from __future__ import annotations

import asyncio
import gc

from companion.warm_up import compile_core

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50
"""Thresholds of the collector: arrays are no garbage, and a full collection of everything imported takes 100 ms."""


class WarmUp:
    """Loads the compiled core in a thread, then keeps what is there out of the garbage collector's way."""

    async def run(self) -> None:
        """Return when it is done."""
        await asyncio.to_thread(compile_core)
        await asyncio.to_thread(gc.collect)
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
