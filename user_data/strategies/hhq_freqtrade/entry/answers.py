"""Answers to Freqtrade's entry callbacks: price, leverage, stake, confirmation."""

from __future__ import annotations

import math
from datetime import datetime

from freqtrade.persistence import PairLocks

from hhq.sizing import AccountView
from hhq_freqtrade.account.account import margin_and_notional, open_trades
from hhq_freqtrade.analysis import trace
from hhq_freqtrade.entry.desk import FORCED, EntryDesk, EntryPlan, candle_before
from hhq_freqtrade.entry.signal_record import signal_record
from hhq_freqtrade.run_state import RunState

SIDES = {"long": 1, "short": -1}
_SIGNAL_IS_USED = "INTERVAL: this candle's signal was used"


class EntryAnswers:
    """Makes a plan of each entry that Freqtrade tries, and answers the callbacks of that try from it."""

    def __init__(self, run: RunState, desk: EntryDesk) -> None:
        self._run = run
        self._desk = desk
        self._failed: set[str] = set()
        self._written: dict[str, tuple[int, str]] = {}
        run.on_start_over(desk.clear)
        run.on_start_over(self._failed.clear)
        run.on_start_over(self._written.clear)

    def entry_price(self, pair: str, side: str, now: datetime, proposed: float, tag: str | None) -> float:
        """Return the limit price of the plan; the proposed one where there is none (no stake follows then).

        A forced entry has the price that the user named, or the market's.
        """
        self._failed.discard(pair)
        plan = self._planned(pair, SIDES[side], now, tag)
        if plan is None or plan.refusal or plan.forced or not math.isfinite(plan.entry_price):
            return proposed
        return self._run.facts(pair).on_tick(plan.entry_price)

    def leverage(self, pair: str, side: str, now: datetime, maximum: float, tag: str | None) -> float:
        """Return the leverage of the plan, 1 where it is refused.

        The plan is made anew: now Freqtrade's maximum is known, and the account may have changed since the last try.
        """
        if pair in self._failed:
            return 1.0
        plan = self._planned(pair, SIDES[side], now, tag, maximum)
        return float(plan.position.leverage) if plan and not plan.refusal and plan.position else 1.0

    def stake(
        self, pair: str, side: str, now: datetime, smallest: float | None, largest: float, leverage: float
    ) -> float:
        """Return the margin of the plan, 0 where it is refused or Freqtrade would have to change it."""
        plan = self._usable(pair, side, now)
        if plan is None or plan.position is None:
            return 0.0
        position = plan.position
        if leverage != position.leverage:
            self._refuse(plan, f"LEVERAGE: Freqtrade would use {leverage:g}, not {position.leverage:g}")
        elif smallest is not None and position.margin < smallest:
            self._refuse(
                plan, f"BELOW_MINIMUM: margin {position.margin:.2f} USDT is below {smallest:.2f} USDT"
            )
        elif position.margin > largest:
            self._refuse(
                plan,
                f"BALANCE: margin {position.margin:.2f} USDT is above the {largest:.2f} USDT that are free",
            )
        else:
            return position.margin
        return 0.0

    def confirm(self, pair: str, side: str, now: datetime) -> bool:
        """Return whether the planned entry may be placed now; what was known is stored before the order is."""
        plan = self._usable(pair, side, now)
        if plan is None:
            return False
        reason = self._account_gate(plan, now)
        if reason:
            self._refuse(plan, reason)
            return False
        run = self._run
        record = signal_record(plan, run.settings, run.config["max_open_trades"]) if run.live else None
        run.waiting.confirmed(plan, now, record)
        return True

    def entry_failed(self, pair: str, answer: float) -> float:
        """Return the answer of a callback that raised, and leave no plan that the other callbacks could follow."""
        self._failed.add(pair)
        self._desk.forget(pair)
        return answer

    def _usable(self, pair: str, side: str, now: datetime) -> EntryPlan | None:
        plan = self._desk.known(pair, SIDES[side], self._signal_candle(pair, now))
        return None if plan is None or plan.refusal or pair in self._failed else plan

    def _planned(
        self, pair: str, side: int, now: datetime, tag: str | None, maximum: float = math.inf
    ) -> EntryPlan | None:
        """Make the plan of an entry from the account as it is now."""
        self._desk.forget(pair)
        table = self._run.tables.get(pair)
        row = table.row_of(self._signal_candle(pair, now)) if table else None
        if table is None or row is None:
            self._write(pair, side, candle_before(now), "DATA: the candles of this pair are missing or old")
            return None
        run = self._run
        plan = self._desk.plan(
            table, row, side, now, run.facts(pair), self._view(now), run.guards.penalty(pair, now), run.settings,
            forced=tag == FORCED, freqtrade_maximum=maximum,
        )  # fmt: skip
        self._desk.keep(plan)
        if plan.refusal:
            self._refuse(plan, plan.refusal)
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
        if not self._run.guards_answered:
            return "GUARD: the guards could not be asked in this loop"
        if plan.forced:
            return ""
        entered = self._run.waiting.last_entry(plan.pair)
        if entered is not None and entered[0] == plan.number:
            return _SIGNAL_IS_USED
        interval = self._run.settings.signal.schedule.signal_interval
        if self._run.live and entered is not None and now.timestamp() - entered[1] < interval:
            return f"INTERVAL: less than {interval} s since the last accepted signal"
        return self._slot_gate(plan, now)

    def _slot_gate(self, plan: EntryPlan, now: datetime) -> str:
        """Return a reason where pairs with a better signal, which can be entered, need the free slots."""
        trades = open_trades()
        free = self._run.config["max_open_trades"] - len(trades)
        unavailable = {trade.pair for trade in trades} | self._desk.refused_at(plan.number)
        candidates = self._run.ranking.better_than(plan.pair, plan.number, unavailable)
        if len(candidates) < free:
            return ""
        better = []
        for pair in candidates:
            if self._could_enter(pair, plan.number, now):
                better.append(pair)
            if len(better) >= free:
                named = ", ".join(better[:3])
                return f"RANK: {len(better)} better signals for {free:g} free slots ({named})"
        return ""

    def _could_enter(self, pair: str, number: int, now: datetime) -> bool:
        """Tell whether Freqtrade could enter the pair's signal of this candle as things are."""
        table = self._run.tables.get(pair)
        row = table.row_of(number) if table else None
        if table is None or row is None or self._signal_candle(pair, now) != number:
            return False
        entered = self._run.waiting.last_entry(pair)
        if (entered is not None and entered[0] == number) or PairLocks.is_pair_locked(pair, now):
            return False
        run = self._run
        plan = self._desk.plan(
            table, row, table.accepted_side(row), now, run.facts(pair), self._view(now),
            run.guards.penalty(pair, now), run.settings, forced=False,
        )  # fmt: skip
        return not plan.refusal

    def _refuse(self, plan: EntryPlan, reason: str) -> None:
        # A pair that waits for a slot stays in the ranking: it may be the best when the slot is free.
        if not reason.startswith("RANK"):
            self._desk.refuse(plan)
        self._write(plan.pair, plan.side, plan.number, reason)

    def _write(self, pair: str, side: int, number: int, reason: str) -> None:
        """Log a refusal of a running bot, once per pair, candle and gate: the loop asks every few seconds."""
        gate, _, text = reason.partition(": ")
        if self._run.live and self._written.get(pair) != (number, gate):
            self._written[pair] = (number, gate)
            trace.blocked(pair, side, gate, text or reason)
