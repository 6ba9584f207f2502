"""What is known about a coin besides its candles, and the one way to read a symbol."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray

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


class ContractType(IntEnum):
    """What kind of contract a coin is traded as, in the exchange's names; OTHER: one that the core does not know."""

    PERPETUAL = 0
    TRADIFI_PERPETUAL = 1
    OTHER = 2

    @classmethod
    def named(cls, name: str) -> ContractType:
        """Return the type of the exchange's name."""
        return cls.__members__.get(name, cls.OTHER)


@dataclass(frozen=True, slots=True)
class CoinTable:
    """Facts about the coins of a panel, in the panel's order: float64 arrays of shape (coins,).

    ``tick_size`` in USDT (NaN: unknown); ``maintenance_rate`` the maintenance margin rate of the lowest leverage
    tier as a fraction and ``largest_leverage`` the highest leverage that the exchange grants there (NaN: no tiers).
    ``contract_type`` int8: codes of :class:`ContractType`, ``delivery_ms`` when the contract is delivered, ms UTC (NaN: no
    date is known); if they are not given, all coins are perpetuals without a date.
    """

    symbols: tuple[str, ...]
    tick_size: FloatArray
    maintenance_rate: FloatArray
    largest_leverage: FloatArray
    contract_type: CodeArray = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    delivery_ms: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if not self.contract_type.size:
            object.__setattr__(self, "contract_type", np.zeros(len(self.symbols), dtype=np.int8))
        if not self.delivery_ms.size:
            object.__setattr__(self, "delivery_ms", np.full(len(self.symbols), np.nan))

    def one(self, row: int) -> CoinTable:
        """Return the table of one of the coins; raise IndexError for a row that it does not have."""
        here = np.array([row])
        return CoinTable(
            (self.symbols[row],),
            self.tick_size[here],
            self.maintenance_rate[here],
            self.largest_leverage[here],
            self.contract_type[here],
            self.delivery_ms[here],
        )

    @classmethod
    def of(cls, symbols: tuple[str, ...], tick_size: FloatArray | None = None) -> CoinTable:
        """Return a table of coins about which at most the tick size is known."""
        unknown = np.full(len(symbols), np.nan)
        return cls(symbols, unknown if tick_size is None else tick_size, unknown, unknown)

    def is_one_of(self, bases: tuple[str, ...]) -> BoolArray:
        """Return for each coin whether its base is among ``bases``, bool (coins,)."""
        wanted = {base_of(base) for base in bases}
        return np.array([base_of(symbol) in wanted for symbol in self.symbols], dtype=np.bool_)
