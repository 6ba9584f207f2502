"""Compares both runs candle by candle, names the cause of what differs, and brings the bot level.

A cause is given only where the candle, the order or the lock that it refers to exists; a difference with none of them
stays without a cause, and the test fails.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

from freqtrade.persistence import PairLocks, Trade

from companion.replay.path import Bar
from tests.parity.agreement import CANDLE_SECONDS, Agreement, Difference, Exit, Lock, TradeRecord
from tests.parity.both_runs import BacktestRun, Bot
from tests.parity.entry_tries import EntryTries, Placed, Try, unequal_fields
from tests.parity.levelling import give_entry, give_result, put_in, take_out

CLAMPED = "a backtest's new order is no better than its candle's extreme"
NEVER_INSIDE = "a backtest fills a waiting order only at a price inside the candle, which opened beyond it"
LONGEST_WAIT = 7
"""The most candles that an entry order waits, plus one."""
INSIDE_A_CANDLE = "a bot looks at a waiting order at every price, a backtest at the candle's open"


class Comparison:
    """`begin` before the bot's first loop of a candle, `end` after its last one."""

    def __init__(
        self, bars: dict[str, dict[int, Bar]], bot: Bot, backtest: BacktestRun, tries: EntryTries
    ) -> None:
        self._bars = bars
        self._bot = bot
        self._trades = backtest.trades
        self._locks = backtest.locks
        self._theirs = backtest.tries
        self._ours = tries
        self._recorded: set[int] = set()
        self._unlevel: dict[str, str] = {}
        self._cancelled: dict[str, tuple[int, str]] = {}
        self.agreement = Agreement()

    def begin(self, number: int) -> None:
        """Check whether the open positions are the same."""
        wanted = {trade.key for trade in self._trades if _is_open_before(trade, number)}
        ours = {record.key for _, record in _records() if record.filled is not None and record.closed is None}
        apart = {pair for pair, _ in wanted ^ ours}
        self._unlevel = {pair: why for pair, why in self._unlevel.items() if pair in apart}
        for pair in apart - set(self._unlevel):
            self._unlevel[pair] = ""

    def end(self, number: int) -> None:
        """Compare what happened in the candle."""
        self._compare_locks(number)
        self._compare_tries(number)
        self._compare_cancels(number)
        self._compare_fills(number)
        self._compare_exits(number)

    # ------------------------------------------------------------------ entries

    def _compare_tries(self, number: int) -> None:
        theirs, ours = self._theirs.at(number), self._ours.at(number)
        for pair in {**theirs, **ours}:
            one, other = theirs.get(pair), ours.get(pair)
            if one is None or other is None:
                self._differ("try", pair, number, _try_text(one), _try_text(other), "")
                continue
            unequal = [
                *unequal_fields(one.account, other.account),
                *(f"{pair} open" for pair in self._unlevel),
            ]
            if unequal:
                self.agreement.tries_unequal_state += 1
            else:
                self.agreement.tries += 1
                self.agreement.entries += one.order is not None
            self._compare_orders(one, other, unequal)

    def _compare_orders(self, one: Try, other: Try, unequal: list[str]) -> None:
        if one.side == other.side and _same_order(one.order, other.order) and _same_gate(one, other):
            return
        why = self._cause_of_unequal_states(one.candle) if unequal else ""
        if not unequal and self._is_clamped(one, other):
            why = CLAMPED
        states = f" (states: {'; '.join(unequal)})" if unequal else ""
        self._differ("entry", one.pair, one.candle, one.text(), other.text() + states, why)

    def _cause_of_unequal_states(self, number: int) -> str:
        """The known causes why a position or an order exists in one run only; empty if any has none."""
        orders = [why for since, why in self._cancelled.values() if number - since <= LONGEST_WAIT]
        causes = {*self._unlevel.values(), *orders}
        return f"follows from: {'; '.join(sorted(causes))}" if causes and "" not in causes else ""

    def _is_clamped(self, one: Try, other: Try) -> bool:
        """Whether the backtest's order is at the extreme of its candle, and the bot's beyond it."""
        if one.order is None or other.order is None or one.side != other.side:
            return False
        bar = self._bars[one.pair][one.candle]
        extreme = bar.high if one.side > 0 else bar.low
        return one.order.rate == extreme and one.side * (other.order.rate - extreme) > 0.0

    def _compare_cancels(self, number: int) -> None:
        theirs = {pair for pair, candle in self._theirs.cancels if candle == number}
        ours = {
            pair: cancel.at_open for (pair, candle), cancel in self._ours.cancels.items() if candle == number
        }
        self.agreement.cancels += len(theirs | set(ours))
        for pair in theirs ^ set(ours):
            why = INSIDE_A_CANDLE if pair in ours and not ours[pair] else ""
            words = ["cancelled" if pair in which else "waits" for which in (theirs, ours)]
            self._differ("cancel", pair, number, words[0], words[1], why)

    def _compare_fills(self, number: int) -> None:
        ours = {record.key: (trade, record) for trade, record in _records()}
        theirs = {trade.key: trade for trade in self._trades if trade.filled is not None}
        for key, trade in theirs.items():
            if trade.filled != number:
                continue
            if key not in ours:
                self._differ("fill", trade.pair, number, _entry_text(trade), "none", self._why_no_fill(trade))
            elif not _same_entry(trade, ours[key][1]):
                give_entry(self._bot, ours[key][0], trade)
        for key, (mine, record) in ours.items():
            if record.filled == number and key not in theirs:
                self._differ(
                    "fill", record.pair, number, "none", _entry_text(record), self._why_only_ours(record)
                )
                take_out(self._bot, mine)

    def _why_no_fill(self, trade: TradeRecord) -> str:
        return self._known_cause(trade.pair, trade.placed)

    def _why_only_ours(self, record: TradeRecord) -> str:
        bar = self._bars[record.pair][record.filled or 0]
        beyond = bar.low > record.entry_price if record.is_short else bar.high < record.entry_price
        if beyond and record.placed != record.filled:
            return NEVER_INSIDE
        return self._known_cause(record.pair, record.placed)

    def _known_cause(self, pair: str, placed: int) -> str:
        """The cause of an earlier difference of the same order, which is the cause of this one too."""
        earlier = [each for each in self.agreement.differences if each.pair == pair and each.why]
        since = _moment(placed)
        return next((each.why for each in reversed(earlier) if each.candle >= since), "")

    # ------------------------------------------------------------------ exits

    def _compare_exits(self, number: int) -> None:
        ours = {record.key: (trade, record) for trade, record in _records()}
        theirs = {trade.key: trade for trade in self._trades if trade.filled is not None}
        for key, trade in theirs.items():
            if trade.closed == number and trade.code != "force_exit":
                if key in ours:
                    self._compare_exit(trade, *ours[key])
                else:
                    put_in(self._bot, trade)
        for key, (mine, record) in ours.items():
            if record.closed == number and key in theirs and theirs[key].closed != number:
                self._compare_exit(theirs[key], mine, record)

    def _compare_exit(self, theirs: TradeRecord, trade: Trade, ours: TradeRecord) -> None:
        if trade.id not in self._recorded:
            self._recorded.add(trade.id)
            self.agreement.exits += 1
            self.agreement.reductions += len(theirs.exits) - 1
            at = theirs.closed or 0
            if theirs.exits[-1:] and (theirs.closed, theirs.code) != (ours.closed, ours.code):
                self._differ("exit", theirs.pair, at, _exit_text(theirs), _exit_text(ours), "")
            elif _parts(theirs) != _parts(ours):
                self._differ("reduction", theirs.pair, at, f"{_parts(theirs)}", f"{_parts(ours)}", "")
            elif not _same_price(theirs.exits[-1], ours.exits[-1]):
                one, other = (f"{record.exits[-1].price:.10g}" for record in (theirs, ours))
                self._differ("price", theirs.pair, at, one, other, "")
        if theirs.closed is not None and (ours.closed is None or theirs.closed >= ours.closed):
            give_result(self._bot, trade, theirs)

    # ------------------------------------------------------------------ locks

    def _compare_locks(self, number: int) -> None:
        ours = [Lock.of(lock) for lock in PairLocks.get_all_locks()]
        for pair in self._bars:
            stopped = [any(lock.stops(pair, number) for lock in locks) for locks in (self._locks, ours)]
            self.agreement.lock_looks += 1
            if stopped[0] != stopped[1]:
                words = ["locked" if locked else "free" for locked in stopped]
                self._differ("lock", pair, number, words[0], words[1], "")

    def _differ(self, what: str, pair: str, number: int, backtest: str, dry_run: str, why: str) -> None:
        self.agreement.differences.append(Difference(what, pair, _moment(number), backtest, dry_run, why))
        if what in ("fill", "exit"):
            self._unlevel[pair] = why
        elif what == "cancel":
            self._cancelled[pair] = (number, why)


def _records() -> list[tuple[Trade, TradeRecord]]:
    return [(trade, TradeRecord.of(trade)) for trade in Trade.get_trades().all()]


def _is_open_before(trade: TradeRecord, number: int) -> bool:
    return (
        trade.filled is not None
        and trade.filled < number
        and (trade.closed is None or trade.closed >= number)
    )


def _same_order(one: Placed | None, other: Placed | None) -> bool:
    if one is None or other is None:
        return one is other
    pairs = ((one.rate, other.rate), (one.amount, other.amount), (one.leverage, other.leverage))
    return all(math.isclose(left, right, rel_tol=1e-9) for left, right in pairs)


def _same_gate(one: Try, other: Try) -> bool:
    return one.gate == other.gate


def _same_entry(one: TradeRecord, other: TradeRecord) -> bool:
    pairs = ((one.entry_price, other.entry_price), (one.amount, other.amount))
    return all(math.isclose(left, right, rel_tol=1e-9) for left, right in pairs)


def _same_price(one: Exit, other: Exit) -> bool:
    return math.isclose(one.price, other.price, rel_tol=1e-4)


def _parts(trade: TradeRecord) -> list[tuple[int, str]]:
    return [(part.candle, part.code) for part in trade.exits[:-1]]


def _moment(number: int) -> str:
    return datetime.fromtimestamp(number * CANDLE_SECONDS, UTC).strftime("%m-%d %H:%M")


def _try_text(found: Try | None) -> str:
    return "not tried" if found is None else found.text()


def _entry_text(trade: TradeRecord) -> str:
    return f"{'SHORT' if trade.is_short else 'LONG'} {trade.amount:g} at {trade.entry_price:g}"


def _exit_text(trade: TradeRecord) -> str:
    if trade.closed is None:
        return "open"
    return f"{trade.code} {_moment(trade.closed)} at {trade.exits[-1].price:g}"
