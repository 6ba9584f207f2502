"""What became of candidates under the exit engine, and after fixed times."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.evidence.course import Course
from hhq.evidence.orders import NOT_FILLED, Fills, fill_orders
from hhq.evidence.ride import Ride, ride
from hhq.exits.levels import FillMarket, Levels, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position
from hhq.exits.slots import MarketSlot
from hhq.liquidation import liquidation_price
from hhq.panel import CANDLES_PER_HOUR
from hhq.settings import HHQSettings
from hhq.signals import Signals, fill_market

R = TypeVar("R", FillMarket, Levels)

HORIZONS = (1, 4, 8, 24)
"""Hours after the signal's close at which a candidate's move is looked at."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of k candidates; percentages are of the entry's notional, NaN where the order was not filled.

    ``fill_row`` int64, −1 = not filled; ``last_row`` int64: the last row in which the order or the position was there;
    ``code`` float64 of the close reason, 0 = still open at the end of the candles; ``moves`` float64 (4, k): the move in
    the side's favour after each of :data:`HORIZONS`, from the signal's close, NaN beyond the end of the candles.
    """

    fill_row: IntArray
    last_row: IntArray
    entry: FloatArray
    exit_price: FloatArray
    code: FloatArray
    gross_pct: FloatArray
    turnover: FloatArray
    funding_pct: FloatArray
    moves: FloatArray

    @property
    def filled(self) -> BoolArray:
        """Which candidates' orders were filled, bool (k,)."""
        return np.asarray(self.fill_row != NOT_FILLED, dtype=np.bool_)


def outcomes_of(course: Course, signals: Signals, settings: HHQSettings) -> Outcomes:
    """Let every candidate's order wait, and every filled one run to its end, each as if it were alone."""
    fills = fill_orders(course, signals, settings.entry.order)
    runs = np.full((len(Ride._fields), signals.count), np.nan)
    last = fills.until.copy()
    taken = np.flatnonzero(fills.row != NOT_FILLED)
    for k, run in zip(taken, _rides(course, signals, fills, taken, settings), strict=True):
        runs[:, k] = run
        last[k] = run.row
    _, code, price, gross, turnover, funding = runs
    entry = np.where(fills.row != NOT_FILLED, fills.price, np.nan)
    return Outcomes(
        fills.row, last, entry, price, code, gross, turnover, funding, moves_after(course, signals)
    )


def _rides(
    course: Course, signals: Signals, fills: Fills, taken: IntArray, settings: HHQSettings
) -> list[Ride]:
    parameters = exit_parameters(settings.exits, settings.levels, confirm_stops=False)
    entry, side, leverage = fills.price[taken], signals.side[taken], np.maximum(signals.leverage[taken], 1.0)
    leverage = np.where(np.isnan(leverage), 1.0, leverage)
    at = signals.bar[taken]
    market = fill_market(course.block.values[:, 0, at], course.market.at(at).macro)
    levels = levels_at_fill(market, entry, side, settings.levels)
    liquidation = _liquidation(course, entry, side, leverage, settings)
    times = course.price(MarketSlot.TIME)[fills.row[taken]]
    fees = 2.0 * settings.leverage.taker_fee_pct
    tick = float(np.nan_to_num(course.coins.tick_size[0]))
    found = []
    for n in range(taken.size):
        fill = Fill(entry[n], side[n], leverage[n], times[n], fees, liquidation[n])
        state = open_position(fill, _one(levels, n), _one(market, n), settings.exits, parameters)
        row = int(fills.row[taken[n]])
        found.append(
            Ride(*ride(state, course.candles, course.funding, course.accepted, row, parameters, tick))
        )
    return found


def _liquidation(
    course: Course, entry: FloatArray, side: FloatArray, leverage: FloatArray, settings: HHQSettings
) -> FloatArray:
    return liquidation_price(
        entry_price=entry,
        side=side,
        amount=np.ones_like(entry),
        margin=entry / leverage,
        maintenance_rate=float(course.coins.maintenance_rate[0]),
        maintenance_amount=0.0,
        liquidation_buffer=settings.leverage.liquidation_buffer,
    )


def _one(record: R, entry: int) -> R:
    return type(record)(*(np.asarray(getattr(record, field.name))[entry] for field in fields(record)))


def moves_after(course: Course, signals: Signals) -> FloatArray:
    """Return the moves after each of :data:`HORIZONS` in the side's favour, in % of the signal's close."""
    close = course.price(MarketSlot.CLOSE)
    result = np.full((len(HORIZONS), signals.count), np.nan)
    for n, hours in enumerate(HORIZONS):
        later = signals.bar + hours * CANDLES_PER_HOUR
        known = later < course.rows
        now = close[signals.bar[known]]
        result[n, known] = signals.side[known] * (close[later[known]] / now - 1.0) * 100.0
    return result
