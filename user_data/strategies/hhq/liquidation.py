"""Where the exchange liquidates an isolated position, as Freqtrade computes it for Binance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.steps import Numbers


class Bracket(NamedTuple):
    """A leverage bracket of the exchange; ``None`` = no upper end, or an unknown maintenance amount."""

    minimum_notional: float
    maximum_notional: float | None
    maximum_leverage: float
    maintenance_rate: float
    maintenance_amount: float | None


@dataclass(frozen=True, slots=True)
class LeverageTiers:
    """Leverage brackets of one pair, lowest notional first: float64 arrays with one entry for each bracket.

    ``minimum_notional``, ``maximum_notional`` (inf = no upper end) and ``maintenance_amount`` in quote currency;
    ``maintenance_rate`` the maintenance margin rate, a fraction of the notional; ``maximum_leverage`` a multiple.
    """

    minimum_notional: FloatArray
    maximum_notional: FloatArray
    maximum_leverage: FloatArray
    maintenance_rate: FloatArray
    maintenance_amount: FloatArray

    def __post_init__(self) -> None:
        rows = self.minimum_notional.shape
        if self.minimum_notional.size == 0 or self.minimum_notional[0] != 0.0:
            raise ValueError("leverage tiers begin with a bracket from a notional of 0")
        if any(getattr(self, name).shape != rows for name in self.__slots__):
            raise ValueError("every column of the leverage tiers has one entry for each bracket")
        if not np.all(np.diff(self.minimum_notional) > 0):
            raise ValueError("leverage tiers rise in notional")

    @classmethod
    def of(cls, brackets: Iterable[Bracket]) -> Self:
        """Build the tiers of a pair; raise ValueError for brackets that do not begin at 0 or do not rise."""
        rows = [
            row._replace(
                maximum_notional=np.inf if row.maximum_notional is None else row.maximum_notional,
                maintenance_amount=np.nan if row.maintenance_amount is None else row.maintenance_amount,
            )
            for row in brackets
        ]
        return cls(*np.array(rows, dtype=np.float64).reshape(-1, len(Bracket._fields)).T)

    def row(self, notional: Numbers) -> IntArray:
        """Return the index of the bracket of each notional ≥ 0, int64; a boundary belongs to the higher bracket."""
        return np.asarray(np.searchsorted(self.minimum_notional, notional, side="right") - 1, dtype=np.int64)

    @property
    def largest_notional(self) -> float:
        """The largest notional for which the exchange accepts a position at all."""
        return float(self.maximum_notional[-1])


def liquidation_price(
    *,
    entry_price: Numbers,
    side: Numbers,
    amount: Numbers,
    margin: Numbers,
    maintenance_rate: Numbers,
    maintenance_amount: Numbers,
    liquidation_buffer: float = 0.0,
    taker_fee: float = 0.0,
) -> FloatArray:
    """Return the liquidation price of isolated positions (numbers, or arrays of one shape; in quote currency).

    ``side`` +1 LONG, −1 SHORT; ``amount`` > 0 in coins; ``margin`` the isolated wallet; maintenance rate and amount
    of the position's bracket. Source: Binance's USDⓈ-M formula as in ``dry_run_liquidation_price`` and
    ``get_liquidation_price`` of Freqtrade 2026.9, (margin + maintenance amount − side·amount·entry) /
    (amount·rate − side·amount), moved towards the entry by the buffer's share of the distance, at least 0.
    ``taker_fee`` (fraction) takes the entry's fee off the margin and adds the fee of the closing order, paid at
    the liquidation price, to the maintenance rate; with 0 the result is Freqtrade's own.
    """
    entry = np.asarray(entry_price, dtype=np.float64)
    direction = np.asarray(side, dtype=np.float64)
    size = np.asarray(amount, dtype=np.float64)
    wallet = margin - size * entry * taker_fee
    rate = np.asarray(maintenance_rate, dtype=np.float64) + taker_fee
    price = (wallet + maintenance_amount - direction * size * entry) / (size * rate - direction * size)
    buffered = price + direction * np.abs(entry - price) * liquidation_buffer
    return np.asarray(np.maximum(buffered, 0.0))


def liquidation_distance_pct(entry_price: Numbers, side: Numbers, price: Numbers) -> FloatArray:
    """Return how far the liquidation price lies on the losing side of the entry, in %; ≤ 0 is never safe."""
    entry = np.asarray(entry_price, dtype=np.float64)
    return np.asarray((entry - np.asarray(price)) * np.asarray(side) / entry * 100.0)
