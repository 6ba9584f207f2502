"""The exit engine's state of every open trade: stepped once per moment, stored with the trade, restored after a restart."""

from __future__ import annotations

import logging
import math
from datetime import datetime

from freqtrade.persistence import LocalTrade

from hhq.arrays import FloatArray
from hhq.exits.answers import reduction_share
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, StateError, open_position, restore_state, state_record
from hhq.exits.slots import StateSlot
from hhq.exits.step import Candle, Tick, settle_reduction, step_open, step_tick
from hhq.settings import HHQSettings

STATE_KEY = "hhq_state"
MARKET_KEY = "hhq_fill_market"

logger = logging.getLogger("hhq.exit")

NOTHING_KNOWN = FillMarket(math.nan, math.nan, math.nan, math.nan, math.nan)
"""Market of a trade that nobody knows the signal of: the engine then puts its stop at the emergency price."""


class PositionBook:
    """States by trade id. ``live``: stops may be confirmed, and every change is stored with its trade."""

    def __init__(self, settings: HHQSettings, live: bool, cross: bool) -> None:
        self.live = live
        self.cross = cross
        self.apply(settings)
        self._states: dict[int, FloatArray] = {}
        self._stepped: dict[int, int] = {}

    def apply(self, settings: HHQSettings) -> None:
        """Take changed settings; the levels of open positions stay as they are."""
        self.settings = settings
        self.parameters = exit_parameters(settings.exits, settings.levels, confirm_stops=self.live)

    def clear(self) -> None:
        """Forget every state, before another run of a backtest."""
        self._states.clear()
        self._stepped.clear()

    def state(self, trade: LocalTrade) -> FloatArray:
        """Return the state of an open trade: known, restored, or made anew with the emergency stop."""
        known = self._states.get(trade.id)
        if known is None:
            known = self._restored(trade)
            self._states[trade.id] = known
        return known

    def open(self, trade: LocalTrade, at: datetime, market: FillMarket) -> FloatArray:
        """Make the state of a trade at its first fill; ``market`` is what its signal knew."""
        side = -1.0 if trade.is_short else 1.0
        fill = Fill(
            entry=trade.open_rate,
            side=side,
            leverage=trade.leverage,
            time=at.timestamp(),
            fees_pct=(trade.fee_open + trade.fee_close) * 100.0,
            liquidation=trade.liquidation_price or math.nan,
            cross=self.cross,
        )
        levels = levels_at_fill(market, trade.open_rate, side, self.settings.levels)
        state = open_position(fill, levels, market, self.settings.exits, self.parameters)
        self._keep(trade, state)
        return state

    def step(self, trade: LocalTrade, tick: Tick, closed: Candle | None = None) -> FloatArray:
        """Judge one moment of a trade and return its state; a moment that was judged before changes nothing.

        ``closed``: in backtests the candle before this moment, which the trade has survived.
        """
        state = self.state(trade)
        moment = int(tick.time * 1000)
        if self._stepped.get(trade.id) == moment:
            return state
        self._stepped[trade.id] = moment
        if self.live:
            after, _ = step_tick(state, tick, self.parameters)
        else:
            after, _ = step_open(state, tick, self.parameters, closed)
        self._keep(trade, after)
        return after

    def settle(self, trade: LocalTrade, fraction: float | None = None) -> None:
        """Note that the decided reduction was carried out (``fraction`` of the original; 0: it can not be)."""
        state = self.state(trade)
        if reduction_share(state) is not None:
            self._keep(trade, settle_reduction(state, fraction))

    def drop(self, trade: LocalTrade) -> None:
        """Forget the state of a trade that is closed; what is stored with the trade stays."""
        self._states.pop(trade.id, None)
        self._stepped.pop(trade.id, None)

    def _keep(self, trade: LocalTrade, state: FloatArray) -> None:
        before = self._states.get(trade.id)
        self._states[trade.id] = state
        if self.live and (before is None or before.tobytes() != state.tobytes()):
            trade.set_custom_data(STATE_KEY, state_record(state))

    def _restored(self, trade: LocalTrade) -> FloatArray:
        record = trade.get_custom_data(STATE_KEY) if self.live else None
        if isinstance(record, dict):
            try:
                return restore_state(record)
            except StateError as error:
                logger.error(
                    "POSITION_STATE: %s can not be restored (%s), emergency stop set", trade.pair, error
                )
        opened = trade.date_entry_fill_utc or trade.open_date_utc
        return self.open(trade, opened, NOTHING_KNOWN)


def remaining_share(state: FloatArray) -> float:
    """Return the share of the original position that is still open."""
    return float(state[StateSlot.REMAINING])
