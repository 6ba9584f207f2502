"""Entry orders that wait for their fill, as Freqtrade's backtest and the order's rules treat them (docs/signal.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.entry import WaitingEntry, entry_order_outlook, resting_price
from hhq.evidence.course import Course
from hhq.exits.slots import MarketSlot
from hhq.features.catalogue import Feature
from hhq.panel import CANDLE_MS
from hhq.settings.entry import OrderLifeSettings
from hhq.signals import Signals

NOT_FILLED = -1


@dataclass(frozen=True, slots=True)
class Fills:
    """What became of k entry orders: ``row`` int64 of the candle that filled each, −1 for none; ``price`` the order's;
    ``until`` int64, the last row in which it waited; ``known`` False where the candles end before its end.
    """

    row: IntArray
    price: FloatArray
    until: IntArray


def order_prices(course: Course, signals: Signals) -> FloatArray:
    """Return the prices of the orders in the candle after each signal, float64 (k,); NaN where there is none.

    On the price tick, and not beyond the candle's open, at which the order is placed.
    """
    tick = float(course.coins.tick_size[0])
    price = signals.entry_price if math.isnan(tick) else np.rint(signals.entry_price / tick) * tick
    next_row = np.minimum(signals.bar + 1, course.rows - 1)
    resting = resting_price(price, course.price(MarketSlot.OPEN)[next_row], signals.side)
    return np.asarray(np.where(signals.bar + 1 < course.rows, resting, np.nan))


def fill_orders(course: Course, signals: Signals, settings: OrderLifeSettings) -> Fills:
    """Let the order of each candidate wait from the candle after its signal until it is filled or cancelled."""
    price = order_prices(course, signals)
    row, until = np.full(signals.count, NOT_FILLED, dtype=np.int64), signals.bar.copy()
    low, high = course.price(MarketSlot.LOW), course.price(MarketSlot.HIGH)
    waiting = np.flatnonzero(~np.isnan(price))
    at = signals.bar + 1
    while waiting.size:
        here = at[waiting]
        until[waiting] = here
        filled = (low[here] <= price[waiting]) & (price[waiting] <= high[here])
        row[waiting[filled]] = here[filled]
        waiting = waiting[~filled]
        at[waiting] += 1
        waiting = waiting[at[waiting] < course.rows]
        waiting = waiting[[not _is_over(course, signals, settings, int(k), int(at[k])) for k in waiting]]
    return Fills(row, price, until)


def _is_over(course: Course, signals: Signals, settings: OrderLifeSettings, k: int, row: int) -> bool:
    """Return whether order ``k`` is cancelled at the open of ``row``, by what the candle before it says."""
    side, closed, placed = int(signals.side[k]), row - 1, int(signals.bar[k]) + 1
    order = WaitingEntry(
        side=side,
        placed_at=placed * CANDLE_MS,
        now=row * CANDLE_MS,
        signal_price=float(course.price(MarketSlot.CLOSE)[signals.bar[k]]),
        price=float(course.price(MarketSlot.CLOSE)[closed]),
        zscore=float(course.block.values[Feature.ZSCORE, 0, closed]),
        threshold=float(course.decisions.threshold[0, closed]),
        opposite_signal=bool(course.accepted[closed] == -side),
        veto=course.veto(side, closed),
        guard=False,
    )
    return entry_order_outlook(order, settings) is not None
