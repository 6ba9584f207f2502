"""Collects the garbage that Freqtrade's settings of Python's collector leave lying for hours.

Freqtrade raises the collector's thresholds so far that objects in cycles (closed connections, trades that were read from the
database) pile up in a bot that runs for weeks (findings/freqtrade_garbage_of_a_bot.sh).
"""

from __future__ import annotations

import gc
from datetime import datetime

from hhq.panel import CANDLE_MS


class Garbage:
    """Collects once a candle."""

    def __init__(self) -> None:
        self._candle: int | None = None

    def sweep(self, now: datetime) -> None:
        """Collect if this is the first loop in a candle; takes some tenths of a second."""
        candle = int(now.timestamp() * 1000) // CANDLE_MS
        if candle != self._candle:
            gc.collect()
            self._candle = candle
