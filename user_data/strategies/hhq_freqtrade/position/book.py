"""The exit engine's state for every open trade: stepped once per moment, stored with the trade, restored at a start."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from freqtrade.persistence import LocalTrade

from hhq.arrays import FloatArray
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import (
    Fill,
    StateError,
    adopt_stop,
    open_position,
    restore_state,
    state_record,
)
from hhq.exits.prices import resting_stop
from hhq.exits.slots import StateSlot
from hhq.exits.step import Candle, Tick, settle_reduction, step_open, step_tick
from hhq.reasons import CloseReason
from hhq.settings import HHQSettings
from hhq_freqtrade.account.trade_identity import TradeIdentity, identity, side_of
from hhq_freqtrade.account.trade_records import store_with
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.signal_log import side_name
from hhq_freqtrade.position.found_stops import found_stop
from hhq_freqtrade.position.stored_records import stored_state
from hhq_freqtrade.position.waiting_signals import WaitingSignals
from hhq_shared.trade_keys import STATE_KEY

logger = logging.getLogger("hhq.exit")

_STORED = np.array([slot for slot in StateSlot if slot is not StateSlot.LAST_AT])
"""Slots whose change is worth storing; the time of the last evaluation changes every time."""


class PositionBook:
    """States by trade. In a running bot stops may need confirmation, and every change is stored with its trade."""

    def __init__(self, context: BotContext, signals: WaitingSignals) -> None:
        self._settings = context.settings
        self._live = context.live
        self._cross = context.config.get("margin_mode") == "cross"
        self._signals = signals
        self._states: dict[TradeIdentity, FloatArray] = {}
        self._judged: dict[TradeIdentity, float] = {}
        self._not_stored: set[TradeIdentity] = set()
        self._parameters: tuple[HHQSettings, FloatArray] | None = None

    @property
    def parameters(self) -> FloatArray:
        """The exit engine's parameters by the settings in force, float64; levels of open positions do not follow them."""
        settings = self._settings.current
        if self._parameters is None or self._parameters[0] is not settings:
            found = exit_parameters(settings.exits, settings.levels, confirm_stops=self._live)
            self._parameters = (settings, found)
        return self._parameters[1]

    def state(self, trade: LocalTrade) -> FloatArray:
        """Return the state of an open trade that was taken up before; raise KeyError for any other."""
        return self._states[identity(trade)]

    def take_up(self, trade: LocalTrade) -> FloatArray:
        """Return the state of an open trade: the known one, the stored one, or a new one made from its signal."""
        known = self._states.get(identity(trade))
        if known is None:
            known = self._restored(trade)
            if known is None:
                return self.open(trade, trade.date_entry_fill_utc or trade.open_date_utc)
            self._states[identity(trade)] = known
            self._signals.attach_to(trade)
        return known

    def attach_late(self, trades: Iterable[LocalTrade]) -> None:
        """Attach the signals of positions whose records could not be stored at their fill."""
        for trade in trades:
            if identity(trade) in self._states:
                self._signals.attach_to(trade)

    def is_open(self, trade: LocalTrade) -> bool:
        """Return whether the trade already has a state: Freqtrade reports some fills twice."""
        return identity(trade) in self._states or self._restored(trade) is not None

    def open(self, trade: LocalTrade, at: datetime) -> FloatArray:
        """Make the state of a trade at its first fill, from the market at its signal.

        The state is stored before the signal: whatever a crash cuts off is made up for later.
        """
        market = self._signals.fill_market(trade)
        state = self._opened(trade, at, market)
        if self._live:
            state = adopt_stop(state, self.parameters, found_stop(trade))
        if math.isnan(float(market.atr_1h)):
            self._report_unknown_signal(trade, state)
        self._keep(trade, state)
        self._signals.attach_to(trade)
        return state

    def _report_unknown_signal(self, trade: LocalTrade, state: FloatArray) -> None:
        logger.error("POSITION_STATE: nothing is known of the signal of %s, emergency stop set", trade.pair)
        found = found_stop(trade) if self._live else math.nan
        if math.isnan(found):
            return
        price, code = resting_stop(state, self.parameters)
        logger.warning(
            "TAKEN_OVER: %s %s of %s, entry %g, %gx: its stop %g, ours rests at %g (%s), no target",
            trade.pair, side_name(side_of(trade)), trade.strategy, trade.open_rate, trade.leverage, found,
            price, CloseReason(int(code)).name,
        )  # fmt: skip

    def _opened(self, trade: LocalTrade, at: datetime, market: FillMarket) -> FloatArray:
        side = float(side_of(trade))
        # A stop pays the taker fee, whereas Freqtrade books a live entry's maker fee for both ways.
        taker = self._settings.current.leverage.taker_fee_pct
        fill = Fill(
            entry=trade.open_rate,
            side=side,
            leverage=trade.leverage,
            time=at.timestamp(),
            fees_pct=max(trade.fee_open * 100.0, taker) + max((trade.fee_close or 0.0) * 100.0, taker),
            liquidation=trade.liquidation_price or math.nan,
            cross=self._cross,
        )
        levels = levels_at_fill(market, trade.open_rate, side, self._settings.current.levels)
        return open_position(fill, levels, market, self._settings.current.exits, self.parameters)

    def is_judged(self, trade: LocalTrade, now: datetime) -> bool:
        """Return whether this moment of the trade has been evaluated already."""
        return self._judged.get(identity(trade)) == now.timestamp()

    def step(self, trade: LocalTrade, tick: Tick, closed: Candle | None = None) -> FloatArray:
        """Evaluate one moment of a trade, once, and return its state.

        ``closed``: in backtests, the candle before this moment, which the trade has survived.
        """
        state = self.take_up(trade)
        if math.isnan(state[StateSlot.LIQUIDATION]) and math.isfinite(tick.around.liquidation):
            # Freqtrade computes the liquidation price after the fill; in a backtest that is the same moment.
            state = state.copy()
            state[StateSlot.LIQUIDATION] = tick.around.liquidation
        if self._live:
            after, _ = step_tick(state, tick, self.parameters)
        else:
            after, _ = step_open(state, tick, self.parameters, closed)
        self._judged[identity(trade)] = tick.time
        self._keep(trade, after)
        return after

    def settle(self, trade: LocalTrade, remaining: float) -> None:
        """Note that the decided reduction was carried out; ``remaining``: the share of the original position still open."""
        state = self.take_up(trade)
        self._keep(trade, settle_reduction(state, float(state[StateSlot.REMAINING]) - remaining))

    def reduced(self, trade: LocalTrade, remaining: float) -> None:
        """Note that somebody else closed a part; ``remaining``: the share of the original position still open."""
        state = self.take_up(trade).copy()
        state[StateSlot.REMAINING] = remaining
        self._keep(trade, state)

    def drop(self, trade: LocalTrade) -> None:
        """Forget the state of a closed trade; what is stored with the trade stays."""
        self._states.pop(identity(trade), None)
        self._judged.pop(identity(trade), None)

    def keep_only(self, trades: Iterable[LocalTrade]) -> None:
        """Forget the states of all other trades: they were deleted, or closed by hand in the database."""
        known = {identity(trade) for trade in trades}
        for gone in self._states.keys() - known:
            logger.info("POSITION_STATE: trade %d of %s is gone, its state is forgotten", gone[0], gone[1])
            del self._states[gone]
            self._judged.pop(gone, None)

    def _keep(self, trade: LocalTrade, state: FloatArray) -> None:
        before = self._states.get(identity(trade))
        self._states[identity(trade)] = state
        changed = before is None or before[_STORED].tobytes() != state[_STORED].tobytes()
        if not self._live or not (changed or identity(trade) in self._not_stored):
            return
        if store_with(trade, STATE_KEY, state_record(state)):
            self._not_stored.discard(identity(trade))
        else:
            self._not_stored.add(identity(trade))

    def _restored(self, trade: LocalTrade) -> FloatArray | None:
        record = stored_state(trade) if self._live else None
        if record is None:
            return None
        try:
            return restore_state(record)
        except StateError as error:
            logger.error("POSITION_STATE: %s cannot be restored: %s", trade.pair, error)
            return None
