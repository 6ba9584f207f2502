"""Whether the market justified each lock: judged on what Freqtrade's database says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hhq.closed_trade import ClosedTrade, closed_trade
from hhq.guards.blacklist import blacklist_lock
from hhq.guards.lock_causes import DayLost, FrequentStops, KillSwitchActed, LosingStreak, lock_cause
from hhq.guards.stoploss_frequency import FrequencyState, step_stoploss_frequency
from hhq.reason_sources import from_freqtrade
from hhq.reasons import reason_named
from hhq.settings.guards import BlacklistSettings, StoplossFrequencySettings
from tests.endurance.snapshot import REASON_KEY, Row, Snapshot

_A_WHILE = 900.0
"""Within these seconds after a close Freqtrade sets the lock that follows from it."""
_CANDLE = 300.0
_LOW_PROFIT_CANDLES, _LOW_PROFIT_TRADES, _LOW_PROFIT = 864, 4, -0.05
_DRAWDOWN_CANDLES, _DRAWDOWN = 288, 0.15
_WALLET = 10_000.0
"""What config/dry-run.json begins with, USDT."""
_DAY, _LOSS_OFFSET_HOURS = 86_400.0, 3.0
_MARGIN_PCT = 0.5
"""Equity is sampled once a minute, and the guard may have seen a lower one between two samples."""


@dataclass(frozen=True)
class Equity:
    """Equity at a moment (Unix seconds of the exchange)."""

    time: float
    value: float


def seconds(text: str) -> float:
    """Unix seconds of a time as the database writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def false_locks(snapshot: Snapshot, equity: Sequence[Equity]) -> Iterator[str]:
    """The locks that nothing in the database, and no fall of equity, explains."""
    trades = list(_closed(snapshot))
    for lock in snapshot.locks.values():
        if not _is_justified(lock, snapshot, trades, equity):
            yield f"LOCK {lock['pair']} at {lock['lock_time']}: {lock['reason']}"


def _closed(snapshot: Snapshot) -> Iterator[ClosedTrade]:
    for number, trade in snapshot.trades.items():
        entries = snapshot.filled(number, entry=True)
        if trade["is_open"] or not entries or not trade["close_date"]:
            continue
        named = snapshot.custom.get((number, REASON_KEY))
        code = reason_named(named) if isinstance(named, str) else None
        yield closed_trade(
            trade["pair"],
            seconds(trade["close_date"]),
            net=trade["close_profit_abs"],
            notional=sum(order["filled"] * (order["average"] or order["price"]) for order in entries),
            fee_rate=trade["fee_open"] + trade["fee_close"],
            reason=code or from_freqtrade(trade["exit_reason"] or "").code,
            side=-1 if trade["is_short"] else 1,
        )


def _is_justified(
    lock: Row, snapshot: Snapshot, trades: Sequence[ClosedTrade], equity: Sequence[Equity]
) -> bool:
    at, pair = seconds(lock["lock_time"]) + 1.0, lock["pair"]
    match lock_cause(lock["reason"]):
        case FrequentStops(_, lookback, cooldown):
            rule = StoplossFrequencySettings(lookback_minutes=lookback, cooldown_minutes=cooldown)
            _, changes = step_stoploss_frequency(FrequencyState(), trades, at, rule)
            return any(change.lock.pair == pair for change in changes)
        case LosingStreak(count):
            return blacklist_lock(trades, pair, at, BlacklistSettings(losing_trades=count)) is not None
        case DayLost(loss_pct):
            return _day_was_lost(equity, at, loss_pct)
        case KillSwitchActed():
            return _kill_switch_acted(snapshot, pair)
    return _is_of_freqtrade(lock["reason"] or "", pair, at, snapshot)


def _day_was_lost(equity: Sequence[Equity], at: float, loss_pct: float) -> bool:
    shift = _LOSS_OFFSET_HOURS * 3600.0
    day = [each for each in equity if (each.time + shift) // _DAY == (at + shift) // _DAY]
    begun = next((each.value for each in day), None)
    lowest = min((each.value for each in day if each.time <= at + _CANDLE), default=None)
    if begun is None or lowest is None:
        return False
    return lowest <= begun * (1.0 - (loss_pct - _MARGIN_PCT) / 100.0)


def _kill_switch_acted(snapshot: Snapshot, pair: str) -> bool:
    return any(
        str(order["ft_order_tag"]).startswith("KILL_SWITCH") and (order["filled"] or 0.0) > 0.0
        for number, trade in snapshot.trades.items()
        if trade["pair"] == pair
        for order in snapshot.orders_of(number)
    )


def _is_of_freqtrade(reason: str, pair: str, at: float, snapshot: Snapshot) -> bool:
    """Whether Freqtrade's own protections had a cause; any other lock has none."""
    closed = [
        (trade, seconds(trade["close_date"]))
        for trade in snapshot.trades.values()
        if trade["close_date"] and seconds(trade["close_date"]) <= at
    ]
    of_pair = [(trade, time) for trade, time in closed if trade["pair"] == pair]
    if reason.startswith(("Cooldown period", "Auto lock")):
        return any(at - time <= _A_WHILE for _, time in of_pair)
    if f" < {_LOW_PROFIT:g} in " in reason:
        profits = [
            trade["close_profit"] or 0.0
            for trade, time in of_pair
            if at - time <= _LOW_PROFIT_CANDLES * _CANDLE + _A_WHILE
        ]
        return len(profits) >= _LOW_PROFIT_TRADES and sum(profits) < _LOW_PROFIT
    if f" passed {_DRAWDOWN:g} in " in reason:
        return _drawdown_of_account(closed, at) > _DRAWDOWN
    return False


def _drawdown_of_account(closed: Sequence[tuple[Row, float]], at: float) -> float:
    """The deepest fall of the account's closed results below their peak within the look-back, as a share of that peak."""
    begin = at - _DRAWDOWN_CANDLES * _CANDLE - _A_WHILE
    equity = peak = _WALLET
    deepest = 0.0
    for time, profit in sorted((time, trade["close_profit_abs"] or 0.0) for trade, time in closed):
        equity += profit
        peak = max(peak, equity) if time >= begin else equity
        deepest = max(deepest, (peak - equity) / peak)
    return deepest
