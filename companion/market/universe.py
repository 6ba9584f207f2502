"""The coins that are watched, each with a row number that stays its own as long as the process lives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hhq.coins import ContractType


@dataclass(frozen=True, slots=True)
class Coin:
    """A USDT perpetual: prices and notional in USDT, amounts in coins, NaN = the exchange gives none.

    ``pair`` is Freqtrade's spelling (BTC/USDT:USDT), ``symbol`` the exchange's (BTCUSDT); ``listed_ms`` the time of its
    listing in ms UTC; ``funding_hours`` the length of its funding interval; ``delivery_ms`` when the contract is delivered
    (ms UTC, NaN: no date is known; a contract without an end may have a date decades ahead).
    """

    pair: str
    symbol: str
    tick_size: float = math.nan
    step_size: float = math.nan
    minimum_notional: float = math.nan
    minimum_amount: float = math.nan
    listed_ms: int = 0
    funding_hours: float = 8.0
    contract_type: ContractType = ContractType.PERPETUAL
    delivery_ms: float = math.nan


@dataclass(frozen=True, slots=True)
class ListingChange:
    """Rows that an update added (or that are traded again), and rows that are no longer traded."""

    listed: tuple[int, ...]
    delisted: tuple[int, ...]


class Universe:
    """Coins by row. A row is assigned once; a delisted coin keeps its row and is not trading."""

    def __init__(self, coins: Iterable[Coin] = ()) -> None:
        self._coins: list[Coin] = []
        self._rows: dict[str, int] = {}
        self._trading: list[bool] = []
        self.update(coins)

    def __len__(self) -> int:
        return len(self._coins)

    def __contains__(self, name: object) -> bool:
        """Whether a pair or symbol has a row. Raises TypeError for what cannot be a name."""
        return name in self._rows

    @property
    def coins(self) -> tuple[Coin, ...]:
        """All coins in the order of their rows, delisted ones included."""
        return tuple(self._coins)

    @property
    def trading_rows(self) -> tuple[int, ...]:
        """Rows of the coins that are traded now."""
        return tuple(row for row, trading in enumerate(self._trading) if trading)

    def row(self, name: str) -> int | None:
        """The row of a pair or symbol in its exact spelling, None for an unknown one."""
        return self._rows.get(name)

    def coin(self, row: int) -> Coin:
        """The coin of a row."""
        return self._coins[row]

    def is_trading(self, row: int) -> bool:
        """Whether the coin of this row is traded now."""
        return self._trading[row]

    def update(self, listed: Iterable[Coin]) -> ListingChange:
        """Take in the coins that the exchange lists now; the facts of known coins are replaced."""
        added, seen = [], set()
        for coin in listed:
            row = self._rows.get(coin.pair)
            if row is None:
                row = len(self._coins)
                self._coins.append(coin)
                self._trading.append(False)
                self._rows[coin.pair] = self._rows[coin.symbol] = row
            else:
                self._coins[row] = coin
            if not self._trading[row]:
                added.append(row)
            self._trading[row] = True
            seen.add(row)
        gone = [row for row, trading in enumerate(self._trading) if trading and row not in seen]
        for row in gone:
            self._trading[row] = False
        return ListingChange(tuple(added), tuple(gone))
