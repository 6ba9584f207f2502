"""Answers to Freqtrade's entry callbacks: price, leverage, stake, confirmation, life of the order."""

from __future__ import annotations

import math
from datetime import datetime

from freqtrade.persistence import LocalTrade, Order, PairLocks

from hhq.entry import WaitingEntry, entry_order_outlook
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.sizing import AccountView
from hhq_freqtrade import trace
from hhq_freqtrade.account import margin_and_notional, open_trades
from hhq_freqtrade.entry_desk import FORCED, EntryDesk, EntryPlan, candle_before
from hhq_freqtrade.run_state import RunState
from hhq_freqtrade.signal_record import signal_record
from hhq_freqtrade.stored import store_pending

SIDES = {"long": 1, "short": -1}

VETOES = {
    Gate.MARKET_NA, Gate.TREND_VETO, Gate.FUNDING_VETO, Gate.BTC_VETO, Gate.MTF_VETO, Gate.MACRO_VETO, Gate.SWEEP_VETO,
}  # fmt: skip
"""Gates that cancel an entry order which waits for its fill."""


class EntryAnswers:
    """Makes one plan per pair and candle and answers every entry callback from it."""

    def __init__(self, run: RunState) -> None:
        self._run = run
        self._desk = EntryDesk(run.closed)
        self._entered: dict[str, tuple[int, float]] = {}
        run.on_start_over(self._desk.clear)
        run.on_start_over(self._entered.clear)

    def entry_price(self, pair: str, side: str, now: datetime, proposed: float, tag: str | None) -> float:
        """Return the limit price of the plan; the proposed one where there is none (no stake follows then)."""
        plan = self._plan(pair, SIDES[side], now, tag)
        return plan.entry_price if plan and not plan.refusal and math.isfinite(plan.entry_price) else proposed

    def leverage(self, pair: str, side: str, now: datetime, maximum: float, tag: str | None) -> float:
        """Return the leverage of the plan, 1 where it is refused."""
        plan = self._plan(pair, SIDES[side], now, tag, maximum)
        return float(plan.position.leverage) if plan and not plan.refusal and plan.position else 1.0

    def stake(
        self, pair: str, side: str, now: datetime, smallest: float | None, largest: float, leverage: float
    ) -> float:
        """Return the margin of the plan, 0 where it is refused.

        It is cut to ``largest`` (free balance, largest order of the exchange), which only makes the position safer.
        Freqtrade would raise a stake below ``smallest`` by itself: such an entry is refused.
        """
        plan = self._desk.known(pair, SIDES[side], self._signal_candle(pair, now))
        if plan is None or plan.refusal or plan.position is None:
            return 0.0
        margin = min(plan.position.margin, largest)
        if leverage != plan.position.leverage:
            return self._refused(
                plan, f"LEVERAGE: Freqtrade would use {leverage:g}, not {plan.position.leverage:g}"
            )
        if not margin > 0.0 or (smallest is not None and margin < smallest):
            return self._refused(
                plan, f"BELOW_MINIMUM: margin {margin:.2f} USDT is below {smallest or 0.0:.2f} USDT"
            )
        return margin

    def confirm(self, pair: str, side: str, now: datetime) -> bool:
        """Return whether the planned entry may be placed now; what was known is stored before the order is."""
        number = self._signal_candle(pair, now)
        plan = self._desk.known(pair, SIDES[side], number)
        if plan is None or plan.refusal:
            return False
        reason = self._account_gate(plan, now)
        if reason:
            self._refused(plan, reason)
            return False
        self._entered[pair] = (number, now.timestamp())
        self._run.pending[pair] = plan
        if self._run.live:
            store_pending(
                self._run.file,
                plan,
                signal_record(plan, self._run.settings, self._run.config["max_open_trades"]),
            )
        return True

    def entry_failed(self, pair: str) -> float:
        """Answer of a leverage callback that raised: 1, and no plan that the other callbacks could follow."""
        self._desk.forget(pair)
        return 1.0

    def entry_is_over(self, pair: str, trade: LocalTrade, order: Order, now: datetime) -> bool:
        """Return whether the waiting entry order is to be cancelled."""
        plan, table = self._run.pending.get(pair), self._run.tables.get(pair)
        if table is None or table.numbers.size == 0:
            return False
        row = table.row_of(candle_before(now))
        row = table.numbers.size - 1 if row is None and self._run.live else row
        if row is None:
            return False
        side = -1 if trade.is_short else 1
        price = self._run.last_price.get(pair, float(table.prices[3, row]))
        waiting = WaitingEntry(
            side=side,
            placed_at=int(order.order_date_utc.timestamp() * 1000),
            now=int(now.timestamp() * 1000),
            signal_price=plan.features[Feature.CLOSE] if plan else order.safe_price,
            price=price,
            zscore=float(table.block.values[Feature.ZSCORE, 0, row]),
            threshold=table.value("threshold", row),
            opposite_signal=table.accepted_side(row) == -side,
            veto=self._desk.gate_of(table, row, side, self._run.facts(pair), self._run.settings) in VETOES,
            guard=PairLocks.is_pair_locked(pair, now),
        )
        cancel = entry_order_outlook(waiting, self._run.settings.entry.order)
        if cancel is not None:
            trace.blocked(pair, side, "ENTRY_CANCELLED", cancel.value)
        return cancel is not None

    def _plan(
        self, pair: str, side: int, now: datetime, tag: str | None, maximum: float = math.inf
    ) -> EntryPlan | None:
        number = self._signal_candle(pair, now)
        known = self._desk.known(pair, side, number)
        if known is not None and (math.isinf(maximum) or known.freqtrade_maximum == maximum):
            return known
        table = self._run.tables.get(pair)
        row = table.row_of(number) if table else None
        if table is None or row is None:
            return None
        plan = self._desk.plan(
            table, row, side, now, self._run.facts(pair), self._view(now), self._run.guards.penalty(pair, now),
            self._run.settings, forced=tag == FORCED, freqtrade_maximum=maximum,
        )  # fmt: skip
        self._desk.keep(plan)
        if plan.refusal:
            self._refused(plan, plan.refusal)
        return plan

    def _signal_candle(self, pair: str, now: datetime) -> int:
        """Return the candle whose signal Freqtrade acts on at ``now``: live the newest that is fresh enough."""
        number = candle_before(now)
        table = self._run.tables.get(pair)
        if self._run.live and table is not None and table.numbers.size:
            newest = int(table.numbers[-1])
            if number - newest < self._run.settings.signal.stale_after:
                return newest
        return number

    def _view(self, now: datetime) -> AccountView:
        trades = open_trades()
        margin, long_notional, short_notional = margin_and_notional(trades)
        equity = self._run.equity(now, trades)
        self._run.account.observe(now, equity)
        return AccountView(
            equity=equity,
            peak_equity=self._run.account.peak.value,
            open_margin=margin,
            long_notional=long_notional,
            short_notional=short_notional,
            closed_trades=tuple(self._run.closed.records[-self._run.settings.sizing.recent_trades :]),
        )

    def _account_gate(self, plan: EntryPlan, now: datetime) -> str:
        """Return why the account takes no entry of this plan now, empty when it does."""
        entered = self._entered.get(plan.pair)
        if entered is not None and entered[0] == plan.number:
            return "INTERVAL: this candle's signal was used"
        interval = self._run.settings.signal.schedule.signal_interval
        if self._run.live and entered is not None and now.timestamp() - entered[1] < interval:
            return f"INTERVAL: less than {interval} s since the last accepted signal"
        return self._slot_gate(plan, now)

    def _slot_gate(self, plan: EntryPlan, now: datetime) -> str:
        trades = open_trades()
        most = self._run.config["max_open_trades"]
        if most < 0 or math.isinf(most):
            return ""
        free = most - len(trades)
        unavailable = {trade.pair for trade in trades} | self._desk.refused_at(plan.number)
        ranked = self._run.ranking.better_than(plan.pair, plan.number, unavailable)
        better = [pair for pair in ranked if not PairLocks.is_pair_locked(pair, now)]
        if len(better) >= free:
            return f"RANK: {len(better)} better signals for {free:g} free slots ({', '.join(better[:3])})"
        return ""

    def _refused(self, plan: EntryPlan, reason: str) -> float:
        self._desk.refuse(plan)
        gate, _, text = reason.partition(": ")
        if self._run.live:
            trace.blocked(plan.pair, plan.side, gate, text or reason)
        return 0.0
