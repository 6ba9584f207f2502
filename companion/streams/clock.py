"""The exchange's clock, as well as it can be known from here."""

from __future__ import annotations

import math

from companion.ground.clock import Clock
from hhq.panel import CANDLE_MS

MARGIN_MS = 10_000
"""More than clocks set by hand or measured badly can differ: what is this far back is over at the exchange."""
AHEAD_MS = 30_000
"""A message from further in the future than this is not believed."""


class ExchangeClock:
    """This machine's clock plus the measured offset of the exchange's; without a measurement, no offset."""

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
        """Whether ``time_ms`` is past when this clock shows ``at_ms``, however wrong the measurement may reasonably be."""
        return time_ms < at_ms - MARGIN_MS

    def lies_ahead(self, time_ms: int) -> bool:
        """Whether ``time_ms`` is further in the future than clocks may differ."""
        return time_ms > self.now_ms() + AHEAD_MS

    def measured(self, exchange_ms: int, before_ms: int, after_ms: int) -> None:
        """Take in the exchange's time, requested and received at these times of this machine (all ms UTC)."""
        self.offset_ms = exchange_ms - (before_ms + after_ms) / 2.0
