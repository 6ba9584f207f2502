"""What the strategy's callbacks work on while a bot or a backtest runs; every answer comes from the core."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from freqtrade.persistence import LocalTrade, Order, PairLocks
from freqtrade.strategy import stoploss_from_absolute
from freqtrade.wallets import Wallets

from hhq import sizing
from hhq.arrays import BoolArray, FloatArray
from hhq.entry import WaitingEntry, entry_order_outlook
from hhq.equity import EquityPeak
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
from hhq.gates import Gate
from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.panel import CANDLE_MS
from hhq.reason_sources import from_freqtrade
from hhq.reasons import CloseReason, reason_named
from hhq.settings import HHQSettings
from hhq.sizing import AccountView
from hhq_freqtrade import trace
from hhq_freqtrade.account import Account, margin_and_notional, open_trades
from hhq_freqtrade.closed_trades import LEVEL_KEY, ClosedTrades
from hhq_freqtrade.entry_desk import FORCED, EntryDesk, EntryPlan, candle_before
from hhq_freqtrade.exchange_facts import PairFacts
from hhq_freqtrade.guard_desk import GuardDesk
from hhq_freqtrade.pair_table import RAW, PairTable
from hhq_freqtrade.position_book import NOTHING_KNOWN, PositionBook
from hhq_freqtrade.ranking import SignalRanking
from hhq_freqtrade.signal_record import SIGNAL_KEY, signal_record
from hhq_freqtrade.state_file import StateFile
from hhq_freqtrade.stored import store_account, store_pending, stored_account, taken_pending

logger = logging.getLogger("hhq.exit")

KILL_SWITCH = {CloseReason.KILL_SWITCH_PARTIAL, CloseReason.KILL_SWITCH_FULL}
SIDES = {"long": 1, "short": -1}

VETOES = {
    Gate.MARKET_NA, Gate.TREND_VETO, Gate.FUNDING_VETO, Gate.BTC_VETO, Gate.MTF_VETO, Gate.MACRO_VETO, Gate.SWEEP_VETO,
}  # fmt: skip
"""Gates that cancel an entry order which waits for its fill."""


class TradingSession:
    """State of one run: tables, ranking, plans, positions, guards, account."""

    def __init__(
        self, config: dict[str, Any], settings: HHQSettings, live: bool, facts: Callable[[str], PairFacts]
    ) -> None:
        self.settings = settings
        self.live = live
        self.wallets: Wallets | None = None
        self._config = config
        self._facts = facts
        self._tables: dict[str, PairTable] = {}
        self._ranking = SignalRanking()
        self._closed = ClosedTrades()
        self._desk = EntryDesk(settings, self._closed)
        self._guards = GuardDesk(settings.guards)
        self._book = PositionBook(settings, live, config.get("margin_mode") == "cross")
        self._account: Account | None = None
        self._file = StateFile(state_path(config) if live else None)
        self._last_price: dict[str, float] = {}
        self._entered: dict[str, tuple[int, float]] = {}
        self._pending: dict[str, EntryPlan] = {}
        self._now: datetime | None = None
        self._stored_peak = EquityPeak()

    # ------------------------------------------------------------------ run

    def apply(self, settings: HHQSettings) -> None:
        """Take changed settings; the levels of open positions stay as they are."""
        self.settings = settings
        self._desk.settings = settings
        self._guards.settings = settings.guards
        self._book.apply(settings)

    def restore(self) -> None:
        """Take over what the last run has stored."""
        restored = stored_account(self._file)
        self._guards.kill_events, self._guards.daily = restored.kill_events, restored.daily
        self._stored_peak = restored.peak

    def take(self, table: PairTable, accepted: BoolArray) -> None:
        """Take a pair's candles and decisions."""
        self._tables[table.pair] = table
        self._ranking.record(table.pair, table.numbers, accepted, table.decision[RAW])

    def begin_loop(self, now: datetime) -> None:
        """Read what has closed, observe the equity, ask the guards."""
        if self._now is not None and now < self._now:
            self._start_over()
        elif self._now is None and self.live:
            self._guards.restore(now)
        self._now = now
        self._guards.closed(self._closed.fresh(), now)
        equity = self.equity(now)
        self.account.observe(now, equity)
        self._guards.step(now, equity)
        if self.live:
            store_account(self._file, self.account.peak, self._guards.daily, self._guards.kill_events)

    def _start_over(self) -> None:
        """A backtest begins again (the next epoch of a hyperopt): nothing of the last run may remain."""
        for part in (self._closed, self._desk, self._book):
            part.clear()
        self._guards = GuardDesk(self.settings.guards)
        self._account = None
        self._entered.clear()
        self._pending.clear()

    @property
    def account(self) -> Account:
        """The account; there as soon as Freqtrade has made the wallets."""
        if self._account is None:
            if self.wallets is None:
                raise RuntimeError("the account was asked before Freqtrade's wallets were there")
            days = self.settings.sizing.peak_days
            self._account = Account(self.wallets, self._config["stake_currency"], days)
            self._account.peak = self._stored_peak
        return self._account

    def equity(self, now: datetime) -> float:
        """Return wallet + unrealised profit at ``now``, in USDT."""
        return self.account.equity(lambda trade: self._rate(trade, now), open_trades())

    def _rate(self, trade: LocalTrade, now: datetime) -> float:
        """Return the last price known of an open trade: its last tick live, the open of this candle in a backtest."""
        if self.live:
            return self._last_price.get(trade.pair, trade.open_rate)
        table = self._tables.get(trade.pair)
        row = table.row_of(candle_before(now) + 1) if table else None
        return float(table.prices[0, row]) if table and row is not None else trade.open_rate

    # ------------------------------------------------------------------ entries

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
        """Return the margin of the plan, 0 where it is refused or Freqtrade would have to change it."""
        plan = self._desk.known(pair, SIDES[side], self._signal_candle(pair, now))
        if plan is None or plan.refusal or plan.position is None:
            return 0.0
        margin = plan.position.margin
        if leverage != plan.position.leverage:
            return self._refused(
                plan, f"LEVERAGE: Freqtrade would use {leverage:g}, not {plan.position.leverage:g}"
            )
        if smallest is not None and margin < smallest:
            return self._refused(
                plan, f"BELOW_MINIMUM: margin {margin:.2f} USDT is below {smallest:.2f} USDT"
            )
        if margin > largest:
            return self._refused(
                plan, f"BALANCE: margin {margin:.2f} USDT is above the {largest:.2f} USDT that are free"
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
        self._pending[pair] = plan
        if self.live:
            store_pending(
                self._file, plan, signal_record(plan, self.settings, self._config["max_open_trades"])
            )
        return True

    def entry_failed(self, pair: str) -> float:
        """Answer of a leverage callback that raised: 1, and no plan that the other callbacks could follow."""
        self._desk.forget(pair)
        return 1.0

    def entry_is_over(self, pair: str, trade: LocalTrade, order: Order, now: datetime) -> bool:
        """Return whether the waiting entry order is to be cancelled."""
        plan, table = self._pending.get(pair), self._tables.get(pair)
        if table is None or table.numbers.size == 0:
            return False
        row = table.row_of(candle_before(now))
        row = table.numbers.size - 1 if row is None and self.live else row
        if row is None:
            return False
        side = -1 if trade.is_short else 1
        price = self._last_price.get(pair, float(table.prices[3, row]))
        waiting = WaitingEntry(
            side=side,
            placed_at=int(order.order_date_utc.timestamp() * 1000),
            now=int(now.timestamp() * 1000),
            signal_price=plan.features[Feature.CLOSE] if plan else order.safe_price,
            price=price,
            zscore=float(table.block.values[Feature.ZSCORE, 0, row]),
            threshold=table.value("threshold", row),
            opposite_signal=table.accepted_side(row) == -side,
            veto=self._desk.gate_of(table, row, side, self._facts(pair)) in VETOES,
            guard=PairLocks.is_pair_locked(pair, now),
        )
        cancel = entry_order_outlook(waiting, self.settings.entry.order)
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
        table = self._tables.get(pair)
        row = table.row_of(number) if table else None
        if table is None or row is None:
            return None
        plan = self._desk.plan(
            table, row, side, now, self._facts(pair), self._view(now), self._guards.penalty(pair, now),
            forced=tag == FORCED, freqtrade_maximum=maximum,
        )  # fmt: skip
        self._desk.keep(plan)
        if plan.refusal:
            self._refused(plan, plan.refusal)
        return plan

    def _signal_candle(self, pair: str, now: datetime) -> int:
        """Return the candle whose signal Freqtrade acts on at ``now``: live the newest that is fresh enough."""
        number = candle_before(now)
        table = self._tables.get(pair)
        if self.live and table is not None and table.numbers.size:
            newest = int(table.numbers[-1])
            if number - newest < self.settings.signal.stale_after:
                return newest
        return number

    def _view(self, now: datetime) -> AccountView:
        trades = open_trades()
        margin, long_notional, short_notional = margin_and_notional(trades)
        equity = self.account.equity(lambda trade: self._rate(trade, now), trades)
        self.account.observe(now, equity)
        return AccountView(
            equity=equity,
            peak_equity=self.account.peak.value,
            open_margin=margin,
            long_notional=long_notional,
            short_notional=short_notional,
            closed_trades=tuple(
                sizing.ClosedTrade(int(trade.closed_at * 1000), trade.net_pct, trade.fees_pct)
                for trade in self._closed.records[-self.settings.sizing.recent_trades :]
            ),
        )

    def _account_gate(self, plan: EntryPlan, now: datetime) -> str:
        """Return why the account takes no entry of this plan now, empty when it does."""
        entered = self._entered.get(plan.pair)
        if entered is not None and entered[0] == plan.number:
            return "INTERVAL: this candle's signal was used"
        interval = self.settings.signal.schedule.signal_interval
        if self.live and entered is not None and now.timestamp() - entered[1] < interval:
            return f"INTERVAL: less than {interval} s since the last accepted signal"
        return self._slot_gate(plan, now)

    def _slot_gate(self, plan: EntryPlan, now: datetime) -> str:
        trades = open_trades()
        free = self._config["max_open_trades"] - len(trades)
        unavailable = {trade.pair for trade in trades} | self._desk.refused_at(plan.number)
        better = self._ranking.better_than(plan.pair, plan.number, unavailable)
        better = [
            pair
            for pair in better[: int(min(free, len(better))) + 50]
            if not PairLocks.is_pair_locked(pair, now)
        ]
        if len(better) >= free:
            return f"RANK: {len(better)} better signals for {free:g} free slots ({', '.join(better[:3])})"
        return ""

    def _refused(self, plan: EntryPlan, reason: str) -> float:
        self._desk.refuse(plan)
        gate, _, text = reason.partition(": ")
        if self.live:
            trace.blocked(plan.pair, plan.side, gate, text or reason)
        return 0.0

    # ------------------------------------------------------------------ open positions

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
            self._book.settle(trade, order.safe_filled / original if original else None)

    def _opened(self, trade: LocalTrade, now: datetime) -> None:
        plan = self._pending.pop(trade.pair, None)
        market = plan.fill_market if plan else NOTHING_KNOWN
        if self.live:
            record, stored = taken_pending(self._file, trade.pair)
            if plan is None and stored is not None:
                market = stored
            if record is not None:
                trade.set_custom_data(SIGNAL_KEY, record)
        self._book.open(trade, now, market)

    def _is_whole(self, trade: LocalTrade, order: Order) -> bool:
        return not trade.is_open if self.live else order.safe_amount == trade.amount

    def _left(self, trade: LocalTrade, order: Order) -> None:
        state = self._book.state(trade)
        level = close_reason(state) or stop_reason(state, self._book.parameters)
        self._closed.levels[trade.id] = level
        if self.live:
            trade.set_custom_data(LEVEL_KEY, level.name)
        tag = order.ft_order_tag or trade.exit_reason
        code = from_freqtrade(tag or "", level=level, pending=close_reason(state)).code
        if code in KILL_SWITCH and self._now is not None:
            self._note_kill_switch(trade, code.name, self._now)
        self._book.drop(trade)

    def _note_kill_switch(self, trade: LocalTrade, tag: str | None, now: datetime) -> None:
        reason = reason_named(tag or "")
        if reason in KILL_SWITCH:
            self._guards.kill_switch(KillSwitchEvent(trade.pair, now.timestamp(), reason), now)

    def stop(self, trade: LocalTrade, now: datetime, rate: float) -> float:
        """Return the resting stop as Freqtrade takes it: relative to ``rate``, times leverage."""
        state = self._step(trade, now, rate)
        price = stop_price(state, self._book.parameters)
        return float(stoploss_from_absolute(price, rate, is_short=trade.is_short, leverage=trade.leverage))

    def target(self, trade: LocalTrade, now: datetime) -> float | None:
        """Return the target as a profit ratio, None where there is none."""
        price = target_price(self._step(trade, now, self._rate(trade, now)))
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
            self._book.settle(trade, 0.0)
            logger.info("%s: %s can not be carried out, the rest would be below the exchange's minimum", reason.name,
                        trade.pair)  # fmt: skip
            return None
        return -trade.stake_amount * share, reason.name

    def _step(self, trade: LocalTrade, now: datetime, rate: float) -> FloatArray:
        """Judge this moment of a trade once; later callbacks of the moment read the result."""
        number = candle_before(now)
        table = self._tables.get(trade.pair)
        row = table.row_of(number) if table else None
        if self.live:
            self._last_price[trade.pair] = rate
            price = rate
        else:
            price = self._rate(trade, now)
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
        return self._book.step(trade, tick, self._closed_candle(trade, table, row))

    def _closed_candle(self, trade: LocalTrade, table: PairTable | None, row: int | None) -> Candle | None:
        """Return, in a backtest, the candle before this moment if the trade has lived in it."""
        if self.live or table is None or row is None:
            return None
        filled = trade.date_entry_fill_utc
        lived = filled is not None and int(filled.timestamp() * 1000) // CANDLE_MS <= int(table.numbers[row])
        return table.candle(row) if lived else None


def state_path(config: dict[str, Any]) -> Path:
    """Return the file of what survives a restart, beside Freqtrade's database and named as it is."""
    name = str(config.get("db_url", "")).rsplit("/", 1)[-1].removesuffix(".sqlite") or "memory"
    return Path(config["user_data_dir"]) / "hhq" / f"{name}.json"
