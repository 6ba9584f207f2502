"""The bot driven along the nodes of every candle, beside the finished backtest; differences are brought level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from freqtrade.persistence import Order, PairLocks, Trade

from companion.replay.path import Bar
from hhq.exits.answers import target_price
from tests.parity.agreement import (
    CANDLE_SECONDS,
    RESULT,
    Agreement,
    Difference,
    Exit,
    Lock,
    TradeRecord,
    candle_of,
    entry_differences,
)
from tests.parity.both_runs import Bot, Coins

# Ages that began at a fill inside a candle are whole candles at later opens, as in a backtest: each candle is looked
# at a little later after its open than the one before.
_CANDLE_DRIFT = timedelta(milliseconds=40)
_STEP = timedelta(milliseconds=1)
_MOST_STEPS = 30


@dataclass
class _Way:
    """One coin's way through a candle: its price now, and the turning points that are left."""

    price: float
    ahead: list[float]


class ReplayedDay:
    """One pass of the bot over the candles from `begin` to before `end`, compared with a backtest's trades."""

    def __init__(self, coins: Coins, bot: Bot, backtest: list[TradeRecord], locks: list[Lock]) -> None:
        self._symbols = {pair: pair.split("/")[0] + "USDT" for pair in coins.pairs}
        self._bars = {pair: _bars(coins, symbol) for pair, symbol in self._symbols.items()}
        self._bot = bot
        self._backtest = backtest
        self._locks = locks
        self._recorded: set[int] = set()
        self._level_at: dict[int, bool] = {}
        self.agreement = Agreement()

    def run(self, begin: datetime, end: datetime) -> Agreement:
        """Drive every candle; the last one is where the backtest closes what is open."""
        first, last = candle_of(begin), candle_of(end)
        for number in range(first, last):
            at = datetime.fromtimestamp(number * CANDLE_SECONDS, UTC) + _CANDLE_DRIFT * (number - first)
            self._level_at[number] = self._is_level(number)
            self._drive(number, at)
            self._compare(number)
        self.agreement.loops = self._bot.loops
        return self.agreement

    # ------------------------------------------------------------------ the way through a candle

    def _drive(self, number: int, at: datetime) -> None:
        bars = {pair: table[number] for pair, table in self._bars.items() if number in table}
        ways = {pair: _Way(bar.open, []) for pair, bar in bars.items()}
        self._loop(ways, at)
        trades = {trade.pair: trade for trade in Trade.get_open_trades()}
        if not trades and not self._has_signal():
            return
        for pair, way in ways.items():
            way.ahead = turning_points(bars[pair], trades.get(pair))
        steps = 0
        while any(way.ahead for way in ways.values()):
            steps += 1
            assert steps < _MOST_STEPS, f"no end of candle {number}"
            leg = max(len(way.ahead) for way in ways.values())
            trades = {trade.pair: trade for trade in Trade.get_open_trades()}
            for pair, way in ways.items():
                if len(way.ahead) == leg:
                    self._advance(way, trades.get(pair))
            self._loop(ways, at + steps * _STEP)

    def _loop(self, ways: dict[str, _Way], at: datetime) -> None:
        self._bot.prices.at = {self._symbols[pair]: way.price for pair, way in ways.items()}
        self._bot.loop(at)

    def _advance(self, way: _Way, trade: Trade | None) -> None:
        """Go to the next level that something waits at, else to the turning point."""
        goal = way.ahead[0]
        between = [
            level for level in self._levels(trade) if min(way.price, goal) < level < max(way.price, goal)
        ]
        if between:
            way.price = min(between, key=lambda level: abs(level - way.price))
        else:
            way.price = goal
            way.ahead = way.ahead[1:]

    def _levels(self, trade: Trade | None) -> list[float]:
        if trade is None:
            return []
        if not trade.has_open_position:
            return [float(order.ft_price) for order in trade.open_orders]
        state = self._bot.strategy.run.book.state(trade)
        target = target_price(state)
        return [float(trade.stop_loss), *([] if target is None else [float(target)])]

    def _has_signal(self) -> bool:
        tables = self._bot.strategy.run.tables.values()
        return any(table.accepted_side(table.numbers.size - 1) != 0 for table in tables)

    # ------------------------------------------------------------------ comparison

    def _is_level(self, number: int) -> bool:
        wanted = {trade.key for trade in self._backtest if _is_open_before(trade, number)}
        return wanted == {record.key for _, record in self._ours() if record.filled is not None
                                          and record.closed is None}  # fmt: skip

    def _ours(self) -> list[tuple[Trade, TradeRecord]]:
        return [(trade, TradeRecord.of(trade)) for trade in Trade.get_trades().all()]

    def _compare(self, number: int) -> None:
        ours = {record.key: (trade, record) for trade, record in self._ours()}
        theirs = {trade.key: trade for trade in self._backtest if trade.filled is not None}
        for key, trade in theirs.items():
            if trade.filled == number:
                self._compare_entry(trade, ours.get(key))
        for key, (mine, record) in ours.items():
            if record.filled == number and key not in theirs:
                self._differ(
                    "entry", record, "none", _entry_text(record), self._why(record.pair, record.placed)
                )
                _take_out(self._bot, mine)
        for key, trade in theirs.items():
            if trade.closed == number and trade.code != "force_exit":
                if key in ours:
                    self._compare_exit(trade, *ours[key])
                else:
                    _put_in(self._bot, trade)
        for key, (mine, record) in ours.items():
            if record.closed == number and key in theirs and theirs[key].closed != number:
                self._compare_exit(theirs[key], mine, record)

    def _compare_entry(self, theirs: TradeRecord, ours: tuple[Trade, TradeRecord] | None) -> None:
        why = self._why(theirs.pair, theirs.placed)
        if why:
            self.agreement.entries_unequal_state += 1
        else:
            self.agreement.entries += 1
        if ours is None:
            self._differ("entry", theirs, _entry_text(theirs), "none", why)
            return
        differing = entry_differences(theirs, ours[1])
        if differing and not why and self._is_cut_by_its_candle(theirs):
            why = "a backtest's order is no worse than its candle's extreme"
        for name, one, other in differing:
            self._differ("entry", theirs, f"{name} {one}", f"{name} {other}", why)
        if differing:
            _give_entry(self._bot, ours[0], theirs)

    def _is_cut_by_its_candle(self, trade: TradeRecord) -> bool:
        bar = self._bars[trade.pair][trade.placed]
        return trade.entry_price == (bar.low if trade.is_short else bar.high)

    def _compare_exit(self, theirs: TradeRecord, trade: Trade, ours: TradeRecord) -> None:
        if trade.id not in self._recorded:
            self._recorded.add(trade.id)
            self.agreement.exits += 1
            self.agreement.reductions += len(theirs.exits) - 1
            if theirs.exits[-1:] and (theirs.closed, theirs.code) != (ours.closed, ours.code):
                self._differ("exit", theirs, _exit_text(theirs), _exit_text(ours), "")
            elif _parts(theirs) != _parts(ours):
                self._differ("reduction", theirs, f"{_parts(theirs)}", f"{_parts(ours)}", "")
            elif not _same_price(theirs.exits[-1], ours.exits[-1]):
                self._differ(
                    "price", theirs, f"{theirs.exits[-1].price:.10g}", f"{ours.exits[-1].price:.10g}", ""
                )
        if theirs.closed is not None and (ours.closed is None or theirs.closed >= ours.closed):
            _bring_level(self._bot, trade, theirs)

    def _why(self, pair: str, placed: int) -> str:
        if not self._level_at.get(placed, True):
            return "the states differed before"
        if any(lock.stops(pair, placed) for lock in self._locks) or any(
            Lock.of(lock).stops(pair, placed) for lock in PairLocks.get_all_locks()
        ):
            return "a lock stood or began in this candle"
        if any(placed in (other.filled, other.closed) for other in self._backtest if other.pair != pair):
            return "a backtest's entry knows what filled inside its candle in pairs before it"
        return ""

    def _differ(self, what: str, trade: TradeRecord, backtest: str, dry_run: str, why: str) -> None:
        number = trade.filled if what == "entry" else trade.closed
        candle = datetime.fromtimestamp((number or 0) * CANDLE_SECONDS, UTC).strftime("%m-%d %H:%M")
        self.agreement.differences.append(Difference(what, trade.pair, candle, backtest, dry_run, why))


def turning_points(bar: Bar, trade: Trade | None) -> list[float]:
    """The rest of a candle's path after its open, in the order in which Freqtrade's backtest looks at it.

    A position meets its stop before its target. While an entry order waits, the candle's colour tells the order:
    a target that a falling candle can only have seen before the fill does not count there.
    """
    low_first = bar.close >= bar.open
    if trade is not None and trade.has_open_position:
        low_first = not trade.is_short
    return [*((bar.low, bar.high) if low_first else (bar.high, bar.low)), bar.close]


def _bars(coins: Coins, symbol: str) -> dict[int, Bar]:
    candles = coins.market.coins[symbol].candles
    columns = zip(
        candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume, strict=True
    )
    return {int(time) // 1000 // CANDLE_SECONDS: Bar(*map(float, prices)) for time, *prices in columns}


def _is_open_before(trade: TradeRecord, number: int) -> bool:
    return (
        trade.filled is not None
        and trade.filled < number
        and (trade.closed is None or trade.closed >= number)
    )


def _take_out(bot: Bot, trade: Trade) -> None:
    """Forget a trade that the backtest does not have."""
    bot.strategy.run.book.drop(trade)
    trade.delete()
    Trade.commit()
    bot.freqtrade.wallets.update()


def _bring_level(bot: Bot, trade: Trade, theirs: TradeRecord) -> None:
    """Give a closed trade the result that the backtest has; close one that is still open."""
    for name in RESULT:
        setattr(trade, name, theirs.values[name])
    if trade.is_open:
        for order in trade.open_orders:
            order.ft_is_open = False
        trade.is_open = False
        trade.close_date = bot.freqtrade.last_process.replace(tzinfo=None)
        bot.strategy.run.book.drop(trade)
    Trade.commit()
    bot.freqtrade.wallets.update()


def _give_entry(bot: Bot, trade: Trade, theirs: TradeRecord) -> None:
    """Give an open trade the amount and the price of the backtest's entry."""
    (order,) = [order for order in trade.orders if order.ft_order_side == trade.entry_side]
    order.amount = order.ft_amount = order.filled = theirs.amount
    order.price = order.average = order.ft_price = theirs.entry_price
    order.cost = theirs.amount * theirs.entry_price
    trade.open_rate = trade.open_rate_requested = theirs.entry_price
    trade.recalc_trade_from_orders()
    Trade.commit()
    bot.freqtrade.wallets.update()


def _put_in(bot: Bot, theirs: TradeRecord) -> None:
    """Add a closed trade that only the backtest has, so that guards, sizes and the wallet know it."""
    now = bot.freqtrade.last_process
    values = {**theirs.values, "open_date": theirs.values["open_date"].replace(tzinfo=None)}
    trade = Trade(pair=theirs.pair, exchange="binance", is_open=False, **values)
    trade.close_date = now.replace(tzinfo=None)
    trade.orders.append(
        Order(
            ft_order_side=trade.entry_side, ft_pair=theirs.pair, ft_is_open=False, ft_amount=theirs.amount,
            ft_price=theirs.entry_price, order_id=f"backtest-{theirs.pair}-{theirs.filled}", status="closed",
            symbol=theirs.pair, order_type="limit", side=trade.entry_side, price=theirs.entry_price,
            average=theirs.entry_price, amount=theirs.amount, filled=theirs.amount, remaining=0.0,
            cost=theirs.amount * theirs.entry_price, order_date=values["open_date"],
            order_filled_date=values["open_date"],
        )
    )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()
    bot.freqtrade.wallets.update()


def _entry_text(trade: TradeRecord) -> str:
    return f"{'SHORT' if trade.is_short else 'LONG'} {trade.amount:g} at {trade.entry_price:g}"


def _exit_text(trade: TradeRecord) -> str:
    if trade.closed is None:
        return "open"
    at = datetime.fromtimestamp(trade.closed * CANDLE_SECONDS, UTC).strftime("%H:%M")
    return f"{trade.code} {at} at {trade.exits[-1].price:g}"


def _parts(trade: TradeRecord) -> list[tuple[int, str]]:
    return [(part.candle, part.code) for part in trade.exits[:-1]]


def _same_price(one: Exit, other: Exit) -> bool:
    return math.isclose(one.price, other.price, rel_tol=1e-4)
