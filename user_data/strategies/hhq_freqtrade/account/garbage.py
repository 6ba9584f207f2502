"""Gives back the memory that Freqtrade's settings of Python's collector, and the C library, keep for hours.

Freqtrade raises the collector's thresholds so far that objects in cycles (closed connections, trades that were read from the
database) pile up in a bot that runs for weeks (findings/freqtrade_garbage_of_a_bot.sh); what lies between them the C library
keeps when they are gone.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from datetime import datetime

from hhq.panel import CANDLE_MS

_trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Only glibc has it, and only glibc needs it. Not kept by an object: a strategy travels to other processes."""


class Garbage:
    """Collects once a candle."""

    def __init__(self) -> None:
        self._candle: int | None = None

    def sweep(self, now: datetime) -> None:
        """Collect if this is the first loop in a candle; takes some tenths of a second."""
        candle = int(now.timestamp() * 1000) // CANDLE_MS
        if candle == self._candle:
            return
        self._candle = candle
        gc.collect()
        if _trim is not None:
            _trim(0)
