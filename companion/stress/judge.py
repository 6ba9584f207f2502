"""What a run did with the account: worst loss of equity, late stops, losses beyond the margin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from companion.replay.embedded.noise import FloatArray, IntArray
from companion.replay.embedded.specification import CANDLE_MS
from companion.stress.tape import Tape
from companion.stress.watched import WatchedRun, WatchedTrade

DAY_MS = 86_400_000
STOP_CODES = frozenset({"SL_HIT", "BREAKEVEN", "TRAILING_STOP", "KILL_SWITCH_FULL", "EMERGENCY_SL"})


@dataclass(frozen=True, slots=True)
class LateStop:
    """An exit after the stop's candle (None), or worse than the stop that rested (by how much, in percent of the stop)."""

    pair: str
    at: int
    stop: float
    worse_pct: float | None


@dataclass(frozen=True, slots=True)
class Loss:
    """Worst equity loss of the day that begins with the event, and what the configuration allows (all in %)."""

    worst_pct: float
    daily_limit_pct: float
    stop_width_pct: float

    @property
    def allowed_pct(self) -> float:
        """The day's limit plus the widest single loss at a stop."""
        return self.daily_limit_pct + self.stop_width_pct

    @property
    def within(self) -> bool:
        """Whether the limit held."""
        return self.worst_pct <= self.allowed_pct


def codes(run: WatchedRun) -> Counter[str]:
    """How often each rule fired."""
    return Counter(code for trade in run.trades for code in trade.codes)


def worst_loss(run: WatchedRun, tape: Tape, event: int) -> Loss:
    """Largest fall of equity within 24 h of ``event``.

    Equity at a candle takes every open position at its worst price of that candle, as if all coins were there at
    once; the peaks that the fall is measured from are closes.
    """
    times = np.arange(event - CANDLE_MS, event + DAY_MS, CANDLE_MS, dtype=np.int64)
    worst = np.full(len(times), run.wallet)
    closed = np.full(len(times), run.wallet)
    for trade in run.trades:
        at_worst, at_close = _value(trade, tape.candles[trade.pair], times)
        worst += at_worst
        closed += at_close
    peak = np.maximum.accumulate(closed)
    before = np.concatenate((peak[:1], peak[:-1]))
    fall = float(np.max((before - worst) / before)) * 100.0
    lived = [trade for trade in run.trades if trade.closed_at >= event]
    width = max((trade.loss_at_stop for trade in lived), default=0.0) / float(closed[0]) * 100.0
    return Loss(max(fall, 0.0), run.daily_loss_pct, width)


def _value(trade: WatchedTrade, candles: pd.DataFrame, times: IntArray) -> tuple[FloatArray, FloatArray]:
    """What the trade adds to the wallet at each time: at the candle's worst price, and at its close."""
    rows = candles.set_index(_ms(candles)).reindex(times, method="ffill")
    present = np.isin(times, _ms(candles))
    close = rows["close"].to_numpy(dtype=np.float64)
    bad = rows["low" if trade.side > 0 else "high"].to_numpy(dtype=np.float64)
    bad = np.where(present, bad, close)
    amount, cash = np.zeros(len(times)), np.zeros(len(times))
    for fill in trade.fills:
        known = times >= fill.at
        fee = trade.fee_rate * fill.price * fill.amount
        gained = 0.0 if fill.entry else trade.side * (fill.price - trade.entry) * fill.amount
        amount += known * (fill.amount if fill.entry else -fill.amount)
        cash += known * (gained - fee)
    looks = np.array([look.at for look in trade.looks], dtype=np.int64)
    funding = np.array([0.0, *(look.funding for look in trade.looks)])
    cash += funding[np.searchsorted(looks, times, side="right")]
    held = np.maximum(amount, 0.0) * trade.side
    over = times >= trade.closed_at if trade.closed_at else np.zeros(len(times), dtype=bool)
    values = (np.where(over, trade.profit, cash + held * (price - trade.entry)) for price in (bad, close))
    at_worst, at_close = values
    return at_worst, at_close


def late_stops(run: WatchedRun, tape: Tape) -> list[LateStop]:
    """Every trade that outlived a candle which reached its stop, or left at a worse price than stop and gap allow."""
    return [late for trade in run.trades if (late := _late(trade, tape.candles[trade.pair])) is not None]


def _late(trade: WatchedTrade, candles: pd.DataFrame) -> LateStop | None:
    times = _ms(candles)
    for look in trade.looks:
        row = int(np.searchsorted(times, look.at))
        if row >= len(times) or times[row] != look.at:
            continue
        opened = float(candles["open"].iloc[row])
        reached = float(candles["low" if trade.side > 0 else "high"].iloc[row])
        if (reached - look.stop) * trade.side > 0.0:
            continue
        if trade.closed_at > look.at:
            return LateStop(trade.pair, look.at, look.stop, None)
        gap = (opened - look.stop) * trade.side < 0.0 and look.at > trade.opened_at
        allowed = opened if gap else look.stop
        worse = (allowed - trade.exit) * trade.side
        if worse > 1.01 * trade.tick and trade.reason in STOP_CODES:
            return LateStop(trade.pair, look.at, look.stop, worse / look.stop * 100.0)
    return None


def beyond_margin(run: WatchedRun) -> list[WatchedTrade]:
    """Trades that lost more than their margin."""
    return [trade for trade in run.trades if trade.profit < -trade.margin * 1.0001]


def beyond_stop(trades: Sequence[WatchedTrade]) -> list[WatchedTrade]:
    """Trades that lost more than their first stop allows, funding apart, by more than a tick of both fills."""
    found = []
    for trade in trades:
        funding = trade.looks[-1].funding if trade.looks else 0.0
        slack = 2.0 * trade.tick * trade.amount
        if trade.profit - funding < -(trade.loss_at_stop * 1.001 + slack):
            found.append(trade)
    return found


def _ms(candles: pd.DataFrame) -> IntArray:
    times: IntArray = candles["date"].dt.tz_localize(None).to_numpy(dtype="datetime64[ms]").astype(np.int64)
    return times
