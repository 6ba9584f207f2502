"""The exchange's clock as far as it can be told from here."""

from __future__ import annotations

import math

from companion.ground.clock import Clock
from hhq.panel import CANDLE_MS

MARGIN_MS = 10_000
"""More than two clocks that were set by hand or badly measured differ: what lies so far back is over at the exchange."""
AHEAD_MS = 30_000
"""A message from further ahead than this is not believed."""


class ExchangeClock:
    """This machine's clock plus the offset that was measured at the exchange; without a measurement, no offset."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset_ms = math.nan

    def now_ms(self) -> int:
        """Time at the exchange in ms UTC."""
        offset = 0.0 if math.isnan(self.offset_ms) else self.offset_ms
        return self._clock.now_ms() + int(offset)

    def closed_bar(self) -> int:
        """The newest candle that has closed by this clock."""
        return self.now_ms() // CANDLE_MS - 1

    def surely_past(self, time_ms: int, at_ms: int) -> bool:
        """Whether a moment is over when this clock shows ``at_ms``, however wrong the measurement may reasonably be."""
        return time_ms < at_ms - MARGIN_MS

    def lies_ahead(self, time_ms: int) -> bool:
        """Whether a moment lies further ahead than clocks may differ."""
        return time_ms > self.now_ms() + AHEAD_MS

    def measured(self, exchange_ms: int, before_ms: int, after_ms: int) -> None:
        """Take the exchange's answer to a question asked and answered at these times of this machine."""
        self.offset_ms = exchange_ms - (before_ms + after_ms) / 2.0
