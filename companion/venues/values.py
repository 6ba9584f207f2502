"""What an exchange answers to requests: typed, frozen, in no exchange's spelling. Units as in the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from companion.market.universe import Coin
from hhq.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Listings:
    """The USDT perpetuals that trade, of whatever contract type, and how many entries could not be read."""

    coins: tuple[Coin, ...]
    unreadable: int

    def with_funding(self, hours: Mapping[str, float]) -> Listings:
        """The same with these funding intervals (hours by symbol); a coin that is not among them keeps its own."""
        coins = tuple(
            replace(c, funding_hours=hours[c.symbol]) if c.symbol in hours else c for c in self.coins
        )
        return Listings(coins, self.unreadable)


@dataclass(frozen=True, slots=True)
class CurrentTicker:
    """Current last price, and the traded value of 24 h in USDT (as the exchange gives it: may be NaN)."""

    symbol: str
    last_price: float
    quote_volume: float


@dataclass(frozen=True, slots=True)
class Tickers:
    """Tickers of the requested coins, and how many of those could not be read."""

    tickers: tuple[CurrentTicker, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled funding rate as a fraction of the notional; NaN = the exchange gives none."""

    symbol: str
    time_ms: int
    rate: float


@dataclass(frozen=True, slots=True)
class SettlementPage:
    """Settlements of all coins, oldest first; ``is_last``: the exchange has none after them.

    ``unreadable``: how many entries could not be read.
    """

    settlements: tuple[Settlement, ...]
    unreadable: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class CandleHistory:
    """Candles of one coin: ``bars`` rising, ``values`` float64 (5, bars): open, high, low, close, volume.

    The last one may still be forming. A bar that is left out does not exist on the exchange.
    """

    bars: tuple[int, ...]
    values: FloatArray
