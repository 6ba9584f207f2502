"""What the streams report of themselves, for the API, the page and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Staleness(Enum):
    """Why no decision may be made on a coin."""

    BACKFILL = "its candles are not there yet"
    GAP = "candles are missing"
    CANDLE = "its newest candle is overdue"
    TICKER = "no ticker"
    LOST = "its connection was lost and its candles are not yet checked"


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """One connection; times in ms UTC, 0 = never. ``age_seconds`` since its newest message, NaN before the first."""

    name: str
    streams: int
    connected: bool
    connected_since_ms: int
    reconnects: int
    age_seconds: float


@dataclass(frozen=True, slots=True)
class WeightStatus:
    """Request weight of the last minute: ``used`` by this process, ``reported`` by the exchange for the address.

    ``budget``: what may be used now, ``limit``: what the exchange grants; ``blocked_seconds``: what is left of the wait that
    the exchange imposed, 0 = none. ``refusals`` counts requests refused for their weight.
    """

    used: int
    reported: int
    budget: int
    limit: int
    blocked_seconds: float
    refusals: int


@dataclass(frozen=True, slots=True)
class BackfillStatus:
    """How many of the traded coins have their whole window of candles."""

    backfilled: int
    coins: int

    @property
    def complete(self) -> bool:
        """Whether every traded coin has been backfilled."""
        return self.backfilled >= self.coins > 0


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """The streams at one moment.

    ``stale``: pair to its reasons. ``over_rest``: pairs whose newest ticker or candle came over REST. ``counters``: see
    docs/streams.md. ``clock_offset_ms``: the exchange's clock minus this machine's, NaN before it was measured.
    """

    running: bool
    connections: tuple[ConnectionStatus, ...]
    stale: dict[str, tuple[Staleness, ...]]
    over_rest: tuple[str, ...]
    weight: WeightStatus
    backfill: BackfillStatus
    counters: dict[str, int]
    clock_offset_ms: float
