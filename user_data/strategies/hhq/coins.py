"""What is known about a coin besides its candles, and the one way to read a symbol."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hhq.arrays import BoolArray, FloatArray

QUOTE = "USDT"
BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
"""The pairs that the market filters read."""


@lru_cache(maxsize=4096)
def base_of(symbol: str) -> str:
    """Return the base currency of a symbol in any spelling: BTC/USDT:USDT, BTCUSDT, BTC_USDT_USDT or BTC.

    >>> base_of("1000PEPE/USDT:USDT"), base_of("btcusdt"), base_of("ETH")
    ('1000PEPE', 'BTC', 'ETH')
    """
    head = symbol.strip().upper().replace("_", "/").split(":")[0].split("/")[0]
    return head[: -len(QUOTE)] if head.endswith(QUOTE) and len(head) > len(QUOTE) else head


@dataclass(frozen=True, slots=True)
class CoinTable:
    """Facts about the coins of a panel, in the panel's order: float64 arrays of shape (coins,).

    ``tick_size`` in USDT (NaN: unknown); ``maintenance_rate`` the maintenance margin rate of the lowest leverage
    tier as a fraction and ``largest_leverage`` the highest leverage that the exchange grants there (NaN: no tiers).
    """

    symbols: tuple[str, ...]
    tick_size: FloatArray
    maintenance_rate: FloatArray
    largest_leverage: FloatArray

    @classmethod
    def of(cls, symbols: tuple[str, ...], tick_size: FloatArray | None = None) -> CoinTable:
        """Return a table of coins about which at most the tick size is known."""
        unknown = np.full(len(symbols), np.nan)
        return cls(symbols, unknown if tick_size is None else tick_size, unknown, unknown)

    def is_one_of(self, bases: tuple[str, ...]) -> BoolArray:
        """Return for each coin whether its base is among ``bases``, bool (coins,)."""
        wanted = {base_of(base) for base in bases}
        return np.array([base_of(symbol) in wanted for symbol in self.symbols], dtype=np.bool_)
