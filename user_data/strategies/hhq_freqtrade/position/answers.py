"""Answers to Freqtrade's callbacks on open positions: stop, target, exits, reductions."""

from __future__ import annotations

import logging
import math
from datetime import datetime

import numpy as np
from freqtrade.enums import ExitCheckTuple, ExitType
from freqtrade.exchange import amount_to_contract_precision
from freqtrade.persistence import LocalTrade
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
from hhq.exits.candles import best_reachable
from hhq.exits.slots import StateSlot
from hhq.exits.step import Candle, Surroundings, Tick
from hhq.features.catalogue import Feature
from hhq.panel import CANDLE_MS
from hhq.reasons import CloseReason
from hhq_freqtrade.account.prices import LastPrices
from hhq_freqtrade.account.trade_identity import side_of
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.pair_table import PairTable, candle_before
from hhq_freqtrade.position.book import PositionBook
from hhq_freqtrade.position.fills import remaining_share, was_filled
from hhq_freqtrade.position.resting_stops import RestingStops

logger = logging.getLogger("hhq.exit")

STOPS = {ExitType.STOP_LOSS, ExitType.TRAILING_STOP_LOSS}
_FREQTRADE_RESERVE = 1.5
"""The most that Freqtrade requires the rest of a position to be, as a multiple of the exchange's minimum."""
_AT_ONCE = 1e-9
"""Distance for a stop that the price has already passed: Freqtrade takes 0 to mean no stop."""


class PositionAnswers:
    """Steps the exit engine once per moment and trade, and answers every callback of that moment from the result."""

    def __init__(
        self, context: BotContext, book: PositionBook, rests: RestingStops, prices: LastPrices
    ) -> None:
        self._tables = context.tables
        self._facts = context.facts
        self._contracts = context.contracts
        self._live = context.live
        self._book = book
        self._rests = rests
        self._prices = prices

    def before_exits(self, trade: LocalTrade, now: datetime, rate: float) -> None:
        """Evaluate the moment at its price, before Freqtrade asks for anything.

        In a backtest this also moves Freqtrade's stop to where it rests from this open on: Freqtrade would keep the
        older stop on a candle that reaches both. After a partial exit Freqtrade applies the stop's distance from the
        market to the entry price: a running bot brings the stop back before anything is sold by it.
        """
        state = self._step(trade, now, rate)
        price = stop_price(state, self._book.parameters)
        if self._live:
            self._rests.mend(trade, price, rate)
        elif not close_reason(state) and state[StateSlot.OPENED_AT] != now.timestamp():
            self._rests.rest(trade, price, rate)

    def is_quiet(self, trade: LocalTrade, now: datetime, low: float, high: float) -> bool:
        """Return whether a backtest's candle closes nothing: no rule at its open, no level within its range.

        When in doubt, such as within two ticks of the stop, the candle is not quiet: Freqtrade rounds stops to ticks.
        """
        if not self._book.is_judged(trade, now):
            return False
        state = self._book.state(trade)
        if state[StateSlot.OPENED_AT] == now.timestamp() or close_reason(state) is not None:
            return False
        side, best, worst = (-1.0, low, high) if trade.is_short else (1.0, high, low)
        target = target_price(state)
        clear = 2.0 * self._facts.of(trade.pair).tick_size
        levels = (trade.stop_loss, trade.liquidation_price or trade.stop_loss)
        return all(side * (worst - level) > clear for level in levels) and (
            target is None or side * (best - target) < 0.0
        )

    def exits(self, trade: LocalTrade, found: list[ExitCheckTuple], now: datetime) -> list[ExitCheckTuple]:
        """Return the exits that Freqtrade found, with codes of our table as their reasons.

        A target that a backtest's candle can only have reached before the fill is left out.
        """
        state = self._book.state(trade)
        if self._live:
            self._rests.note(trade, stop_price(state, self._book.parameters))
        named = []
        for check in found:
            if check.exit_type in STOPS:
                check = _as(check, stop_reason(state, self._book.parameters))
            elif check.exit_type == ExitType.LIQUIDATION:
                check = _as(check, CloseReason.LIQUIDATION)
            elif check.exit_type == ExitType.ROI:
                if not self._live and not self._target_came_after_the_fill(trade, state, now):
                    continue
                check = _as(check, CloseReason.TP_HIT)
            named.append(check)
        return named

    def _target_came_after_the_fill(self, trade: LocalTrade, state: FloatArray, now: datetime) -> bool:
        target = target_price(state)
        found = self._tables.at(trade.pair, candle_before(now) + 1)
        if state[StateSlot.OPENED_AT] != now.timestamp() or target is None or found is None:
            return True
        candle = found[0].candle(found[1])
        best = best_reachable(state, np.array(candle, dtype=np.float64), self._book.parameters)
        side = state[StateSlot.SIDE]
        # A target that the open has already passed Freqtrade would fill at the open, which came before this fill.
        return bool(side * (best - target) >= 0.0 and side * (target - candle.open) >= 0.0)

    def stop(self, trade: LocalTrade, now: datetime, rate: float) -> float:
        """Return the resting stop as Freqtrade takes it: relative to ``rate``, times leverage."""
        state = self._step(trade, now, rate)
        price = stop_price(state, self._book.parameters)
        if self._live:
            price = self._rests.nearest(trade, price)
        distance = float(
            stoploss_from_absolute(price, rate, is_short=trade.is_short, leverage=trade.leverage)
        )
        # In a backtest the open was evaluated before this; live, the price may be beyond the stop by now.
        return max(distance, _AT_ONCE) if self._live else distance

    def target(self, trade: LocalTrade, now: datetime) -> float | None:
        """Return the target as a profit ratio, None where there is none."""
        price = target_price(self._step(trade, now, self._prices.of(trade, now)))
        return None if price is None else float(trade.calc_profit_ratio(price))

    def exit_code(self, trade: LocalTrade, now: datetime, rate: float) -> str | None:
        """Return the code of the rule that closes the position now, None while it stays open."""
        reason = close_reason(self._step(trade, now, rate))
        return reason.name if reason is not None else None

    def reduction(self, trade: LocalTrade, now: datetime, rate: float) -> tuple[float, str] | None:
        """Return the stake to take off (negative) and the rule's code, None for nothing."""
        if not trade.has_open_position or trade.has_open_orders:
            return None
        state = self._step(trade, now, rate)
        share, reason = reduction_share(state), reduction_reason(state)
        if share is None or reason is None or close_reason(state) is not None:
            return None
        if was_filled(trade, reason.name):
            # The bot was killed between the fill and its own note of it: the rule has fired.
            self._book.settle(trade, remaining_share(trade))
            return None
        if self._is_too_small(trade, share, rate):
            self._book.settle(trade, float(state[StateSlot.REMAINING]))
            logger.info("%s: %s cannot be carried out, it is too small for the exchange", reason.name,
                        trade.pair)  # fmt: skip
            return None
        return -trade.stake_amount * share, reason.name

    def _is_too_small(self, trade: LocalTrade, share: float, rate: float) -> bool:
        amount = amount_to_contract_precision(
            trade.amount * share, trade.amount_precision, trade.precision_mode, trade.contract_size
        )
        left = (trade.amount - amount) * rate
        smallest = self._facts.of(trade.pair).smallest_notional(rate) * _FREQTRADE_RESERVE
        return bool(amount <= 0.0 or left < smallest)

    def _step(self, trade: LocalTrade, now: datetime, rate: float) -> FloatArray:
        """Evaluate this moment of a trade once; later callbacks of the moment read the result."""
        if self._book.is_judged(trade, now):
            return self._book.state(trade)
        if self._live:
            self._prices.note(trade.pair, rate)
        state = self._book.take_up(trade)
        price = rate if self._live else self._prices.of(trade, now)
        notional = (trade.max_stake_amount or trade.stake_amount) * trade.leverage
        around = Surroundings(
            funding_pct=(trade.funding_fees or 0.0) / notional * 100.0 if notional else math.nan,
            liquidation=trade.liquidation_price or math.nan,
            delivery=self._contracts.of(trade.pair).delivery_ms / 1000.0,
        )
        found = self._tables.at(trade.pair, candle_before(now))
        if found is None:
            return self._book.step(trade, Tick(now.timestamp(), price, around))
        table, row = found
        side = side_of(trade)
        around = around._replace(
            atr_1h=float(table.block.values[Feature.ATR_1H, 0, row]),
            opposite_signal=table.accepted_side(row) == -side,
        )
        tick = Tick(now.timestamp(), price, around)
        return self._book.step(trade, tick, None if self._live else _survived(state, table, row))


def _survived(state: FloatArray, table: PairTable, row: int) -> Candle | None:
    """Return the candle before this moment of a backtest if the trade was open in it, else None."""
    lived = int(state[StateSlot.OPENED_AT] * 1000.0) // CANDLE_MS <= int(table.numbers[row])
    return table.candle(row) if lived else None


def _as(check: ExitCheckTuple, reason: CloseReason) -> ExitCheckTuple:
    return ExitCheckTuple(exit_type=check.exit_type, exit_reason=reason.name)
