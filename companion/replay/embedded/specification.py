"""What market to generate: coins, days, seed and start, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from companion.replay.embedded.errors import EmbeddedMarketError
from companion.replay.embedded.names import BASES

CANDLES_PER_DAY = 288
CANDLE_MS = 300_000
HOUR_MS = 3_600_000
# Incremented whenever the same parameters give different numbers than before.
GENERATOR_VERSION = 2

_RANGES: dict[str, tuple[int, int]] = {
    "coins": (2, len(BASES)),
    "days": (1, 365),
    "seed": (0, 2**32 - 1),
}
_EARLIEST_YEAR, _LATEST_YEAR = 2017, 2099


class SpecificationError(EmbeddedMarketError):
    """A parameter is out of its range; the message begins with the parameter's name."""


@dataclass(frozen=True, slots=True)
class MarketSpecification:
    """Parameters of a generated market; equal parameters give equal arrays.

    `coins` 2..544, `days` 1..365 of 5m candles, `seed` 0..2**32-1, `start` a UTC date.
    Raises SpecificationError naming the parameter that is out of range.
    """

    coins: int = 64
    days: int = 30
    seed: int = 1
    start: date = date(2025, 1, 1)

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value: int = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise SpecificationError(f"{name}: {value!r} is not a whole number from {low} to {high}")
        if not _EARLIEST_YEAR <= self.start.year <= _LATEST_YEAR:
            raise SpecificationError(
                f"start: {self.start} is not a date from {_EARLIEST_YEAR} to {_LATEST_YEAR}"
            )

    @property
    def candles(self) -> int:
        """Number of 5m candles of a coin that trades from start to end."""
        return self.days * CANDLES_PER_DAY

    @property
    def start_ms(self) -> int:
        """Open time of the first candle, ms since 1970 UTC."""
        midnight = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)
        return int(midnight.timestamp()) * 1000
