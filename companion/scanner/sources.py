"""What the scanner asks of other parts."""

from __future__ import annotations

from typing import Protocol

from hhq.arrays import FloatArray
from hhq.panel import RecordedRows
from hhq.settings import HHQSettings


class SealedSource(Protocol):
    """Rows of what candles do not hold, sealed at their close (the recorder)."""

    async def sealed(self, bar: int) -> None:
        """Return once the row of this candle is sealed, or will not be any more."""

    def at(self, bar: int) -> RecordedRows:
        """The sealed row of a candle: coins × 1 in the order of the market memory's rows, n/a where there is none."""


class FundingSource(Protocol):
    """Settled funding rates."""

    def at(self, bar: int) -> FloatArray:
        """Per row the rate settled last before this candle's close, % per 8 h, float64 (rows,), NaN = n/a."""


class SettingsSource(Protocol):
    """The settings that the bot decides with."""

    def current(self) -> HHQSettings:
        """The settings as they stand now."""


class TierSource(Protocol):
    """Leverage tiers as the strategy has them."""

    def lowest(self, pair: str) -> tuple[float, float]:
        """Maintenance rate (a fraction) and largest leverage of the lowest tier; NaN for a pair without tiers."""
