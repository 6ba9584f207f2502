"""Liquidation orders of one coin, derived from large candles and drawn by the seed."""

from __future__ import annotations

from dataclasses import dataclass

from companion.replay.noise import unit
from companion.replay.tape import CoinTape

# A candle brings liquidations when its range is this many times the mean range of the candles before.
_LARGE = 2.5
_CANDLES_BEFORE = 48
_SMALLEST_RANGE = 0.003
_MOST_ORDERS = 12


@dataclass(frozen=True, slots=True)
class LiquidationOrder:
    """A position closed by the exchange; a sell closes a long."""

    time: int
    is_sell: bool
    price: float
    quantity: float


class LiquidationOrders:
    """Liquidations of a coin; the same candle always gives the same ones."""

    def __init__(self, tape: CoinTape, seed: int) -> None:
        self._tape = tape
        self._seed = seed

    def between(self, after: int, until: int) -> list[LiquidationOrder]:
        """Orders with after < time ≤ until, in order of time."""
        first, last = max(self._tape.row_at(after), 0), self._tape.row_at(until)
        return [
            order
            for row in range(first, last + 1)
            for order in self._of_candle(row)
            if after < order.time <= until
        ]

    def _of_candle(self, row: int) -> list[LiquidationOrder]:
        count = self._count(row)
        if count == 0:
            return []
        path = self._tape.path(row)
        opened = int(self._tape.candles.time[row])
        number = self._tape.first_trade(row)
        body = float(self._tape.candles.close[row] - self._tape.candles.open[row])
        orders: list[LiquidationOrder] = []
        for event in range(1, len(path.price)):
            move = path.price[event] - path.price[event - 1]
            quantity = path.quantity(event)
            chance = unit(self._seed, number + event, 2) * len(path.price)
            # Only moves in the candle's own direction liquidate positions, not the steps against it.
            if move * body <= 0.0 or quantity <= 0.0 or chance >= 2 * count:
                continue
            orders.append(
                LiquidationOrder(opened + path.elapsed[event], move < 0.0, path.price[event], quantity)
            )
        return orders[:_MOST_ORDERS]

    def _count(self, row: int) -> int:
        candles = self._tape.candles
        first = max(0, row - _CANDLES_BEFORE)
        if row <= first:
            return 0
        span = float(candles.high[row] - candles.low[row])
        usual = float((candles.high[first:row] - candles.low[first:row]).mean())
        if span < _LARGE * usual or span < _SMALLEST_RANGE * float(candles.open[row]):
            return 0
        return min(_MOST_ORDERS, 1 + int(2.0 * span / max(usual, 1e-12) / _LARGE))
