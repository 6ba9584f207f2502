"""Answers to Freqtrade's callbacks on open positions: fills, stop, target, exits, reductions."""

from __future__ import annotations

import logging
import math
from datetime import datetime

from freqtrade.enums import ExitCheckTuple, ExitType
from freqtrade.persistence import LocalTrade, Order
from freqtrade.strategy import stoploss_from_absolute

from hhq.arrays import FloatArray
from hhq.exits.answers import (
    close_reason,
    reduction_reason,
    reduction_share,
    stop_price,
    stop_reason,
    target_price,
)
from hhq.exits.step import Candle, Tick
from hhq.features.catalogue import Feature
from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.panel import CANDLE_MS
from hhq.reason_sources import from_freqtrade
from hhq.reasons import CloseReason, reason_named
from hhq_freqtrade.closed_trades import LEVEL_KEY
from hhq_freqtrade.entry_desk import candle_before
from hhq_freqtrade.pair_table import PairTable
from hhq_freqtrade.position_book import NOTHING_KNOWN
from hhq_freqtrade.run_state import RunState
from hhq_freqtrade.signal_record import SIGNAL_KEY
from hhq_freqtrade.stored import taken_pending

logger = logging.getLogger("hhq.exit")

KILL_SWITCH = {CloseReason.KILL_SWITCH_PARTIAL, CloseReason.KILL_SWITCH_FULL}
STOPS = {ExitType.STOP_LOSS, ExitType.TRAILING_STOP_LOSS}


class PositionAnswers:
    """Steps the exit engine once per moment and trade, and answers every callback of that moment from it."""

    def __init__(self, run: RunState) -> None:
        self._run = run

    def named(self, trade: LocalTrade, check: ExitCheckTuple) -> ExitCheckTuple:
        """Return an exit that Freqtrade found, with the code of our table as its reason."""
        if check.exit_type in STOPS:
            reason = stop_reason(self._run.book.state(trade), self._run.book.parameters)
        elif check.exit_type == ExitType.ROI:
            reason = CloseReason.TP_HIT
        elif check.exit_type == ExitType.LIQUIDATION:
            reason = CloseReason.LIQUIDATION
        else:
            return check
        return ExitCheckTuple(exit_type=check.exit_type, exit_reason=reason.name)

    def order_filled(self, trade: LocalTrade, order: Order, now: datetime) -> None:
        """Take a filled order: the first entry makes the levels, a partial exit settles, the last exit is noted."""
        if order.ft_order_side == trade.entry_side:
            if trade.nr_of_successful_entries <= 1:
                self._opened(trade, now)
        elif self._is_whole(trade, order):
            self._left(trade, order)
        else:
            original = sum(o.safe_filled for o in trade.orders if o.ft_order_side == trade.entry_side)
            self._note_kill_switch(trade, order.ft_order_tag, now)
            self._run.book.settle(trade, order.safe_filled / original if original else None)

    def _opened(self, trade: LocalTrade, now: datetime) -> None:
        plan = self._run.pending.pop(trade.pair, None)
        market = plan.fill_market if plan else NOTHING_KNOWN
        if self._run.live:
            record, stored = taken_pending(self._run.file, trade.pair)
            if plan is None and stored is not None:
                market = stored
            if record is not None:
                trade.set_custom_data(SIGNAL_KEY, record)
        self._run.book.open(trade, now, market)

    def _is_whole(self, trade: LocalTrade, order: Order) -> bool:
        return not trade.is_open if self._run.live else order.safe_amount == trade.amount

    def _left(self, trade: LocalTrade, order: Order) -> None:
        state = self._run.book.state(trade)
        level = close_reason(state) or stop_reason(state, self._run.book.parameters)
        self._run.closed.levels[trade.id] = level
        if self._run.live:
            trade.set_custom_data(LEVEL_KEY, level.name)
        tag = order.ft_order_tag or trade.exit_reason
        code = from_freqtrade(tag or "", level=level, pending=close_reason(state)).code
        if code in KILL_SWITCH and self._run.now is not None:
            self._note_kill_switch(trade, code.name, self._run.now)
        self._run.book.drop(trade)

    def _note_kill_switch(self, trade: LocalTrade, tag: str | None, now: datetime) -> None:
        reason = reason_named(tag or "")
        if reason in KILL_SWITCH:
            self._run.guards.kill_switch(KillSwitchEvent(trade.pair, now.timestamp(), reason), now)

    def stop(self, trade: LocalTrade, now: datetime, rate: float) -> float:
        """Return the resting stop as Freqtrade takes it: relative to ``rate``, times leverage."""
        state = self._step(trade, now, rate)
        price = stop_price(state, self._run.book.parameters)
        return float(stoploss_from_absolute(price, rate, is_short=trade.is_short, leverage=trade.leverage))

    def target(self, trade: LocalTrade, now: datetime) -> float | None:
        """Return the target as a profit ratio, None where there is none."""
        price = target_price(self._step(trade, now, self._run.rate(trade, now)))
        return None if price is None else float(trade.calc_profit_ratio(price))

    def exit_code(self, trade: LocalTrade, now: datetime, rate: float) -> str | None:
        """Return the code of the rule that closes the position now, None while it stays open."""
        reason = close_reason(self._step(trade, now, rate))
        return reason.name if reason is not None else None

    def reduction(
        self, trade: LocalTrade, now: datetime, rate: float, smallest: float | None
    ) -> tuple[float, str] | None:
        """Return the stake to take off (negative) and the rule's code, None for nothing."""
        if not trade.has_open_position or trade.has_open_orders:
            return None
        state = self._step(trade, now, rate)
        share, reason = reduction_share(state), reduction_reason(state)
        if share is None or reason is None or close_reason(state) is not None:
            return None
        if smallest is not None and trade.stake_amount * (1.0 - share) < smallest:
            self._run.book.settle(trade, 0.0)
            logger.info("%s: %s can not be carried out, the rest would be below the exchange's minimum", reason.name,
                        trade.pair)  # fmt: skip
            return None
        return -trade.stake_amount * share, reason.name

    def _step(self, trade: LocalTrade, now: datetime, rate: float) -> FloatArray:
        """Judge this moment of a trade once; later callbacks of the moment read the result."""
        number = candle_before(now)
        table = self._run.tables.get(trade.pair)
        row = table.row_of(number) if table else None
        if self._run.live:
            self._run.last_price[trade.pair] = rate
            price = rate
        else:
            price = self._run.rate(trade, now)
        side = -1 if trade.is_short else 1
        notional = trade.stake_amount * trade.leverage
        tick = Tick(
            time=now.timestamp(),
            price=price,
            atr_1h=float(table.block.values[Feature.ATR_1H, 0, row])
            if table and row is not None
            else math.nan,
            funding_pct=(trade.funding_fees or 0.0) / notional * 100.0 if notional else math.nan,
            opposite_signal=table.accepted_side(row) == -side if table and row is not None else False,
            liquidation=trade.liquidation_price or math.nan,
        )
        return self._run.book.step(trade, tick, self._closed_candle(trade, table, row))

    def _closed_candle(self, trade: LocalTrade, table: PairTable | None, row: int | None) -> Candle | None:
        """Return, in a backtest, the candle before this moment if the trade has lived in it."""
        if self._run.live or table is None or row is None:
            return None
        filled = trade.date_entry_fill_utc
        lived = filled is not None and int(filled.timestamp() * 1000) // CANDLE_MS <= int(table.numbers[row])
        return table.candle(row) if lived else None
