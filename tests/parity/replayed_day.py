"""The bot driven along the nodes of every candle, in the order in which Freqtrade's backtest looks at a candle.

A backtest goes through a candle pair by pair: first the pairs with an open trade, then the whitelist; each pair is
entered, filled and closed before the next one is looked at. The bot here does the same: other pairs' prices stand still
meanwhile. A position is valued at the candle's open as in a backtest, and what has closed, the peak of equity and the
guards are read once a candle, before its first entry. A pair is tried once a candle; a bot on its own tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from freqtrade.persistence import Trade

from companion.replay.path import Bar
from hhq.exits.answers import target_price
from tests.parity.agreement import CANDLE_SECONDS, Agreement, candle_of
from tests.parity.both_runs import BacktestRun, Bot, Coins
from tests.parity.comparison import Comparison
from tests.parity.entry_tries import EntryTries

# Ages counted from a fill inside a candle are whole candles at later opens, as in a backtest: each candle is looked
# at a little later after its open than the one before.
_CANDLE_DRIFT = timedelta(milliseconds=40)
_STEP = timedelta(microseconds=100)
_MOST_STEPS = 30


@dataclass
class _Way:
    """One coin's way through a candle: its price now, and the turning points that are left."""

    price: float
    ahead: list[float]


class ReplayedDay:
    """One pass of the bot over the candles from `begin` to before `end`, compared with a backtest."""

    def __init__(self, coins: Coins, bot: Bot, backtest: BacktestRun) -> None:
        self._pairs = coins.pairs
        self._symbols = {pair: pair.split("/")[0] + "USDT" for pair in coins.pairs}
        self._bars = {pair: _bars(coins, symbol) for pair, symbol in self._symbols.items()}
        self._bot = bot
        self._backtest = backtest
        self._candle = 0
        self._at = datetime.fromtimestamp(0, UTC)
        self._ways: dict[str, _Way] = {}
        self._turn = ""
        self._take_turns()
        self._value_at_opens()
        self.comparison = Comparison(self._bars, bot, backtest, EntryTries(bot.strategy))

    def run(self, begin: datetime, end: datetime) -> Agreement:
        """Drive every candle; the last one is where the backtest closes what is open."""
        first, last = candle_of(begin), candle_of(end)
        for number in range(first, last):
            self._candle = number
            self._at = datetime.fromtimestamp(number * CANDLE_SECONDS, UTC) + _CANDLE_DRIFT * (number - first)
            self.comparison.begin(number)
            self._drive()
            self.comparison.end(number)
        self.comparison.agreement.loops = self._bot.loops
        return self.comparison.agreement

    # ------------------------------------------------------------------ what is made equal

    def _take_turns(self) -> None:
        """Let only the pair whose turn it is be entered."""
        freqtrade: Any = self._bot.freqtrade
        enter: Callable[[str], bool] = freqtrade.create_trade
        freqtrade.create_trade = lambda pair: pair == self._turn and enter(pair)

    def _value_at_opens(self) -> None:
        """Value positions at the open of the candle; read closed trades, equity and guards once a candle."""
        run = self._bot.strategy.run
        run.prices.of = lambda trade, _: self._bars[trade.pair][self._candle].open
        begin: Callable[[datetime], None] = run.loop.begin
        began: set[int] = set()

        def begin_loop(now: datetime) -> None:
            if self._candle in began:
                run.loop.now = now
                return
            began.add(self._candle)
            begin(now)
            run.account.peak = self._backtest.tries.peaks[self._candle]

        run.loop.begin = begin_loop

    # ------------------------------------------------------------------ the way through a candle

    def _drive(self) -> None:
        bars = {pair: table[self._candle] for pair, table in self._bars.items() if self._candle in table}
        self._ways = {pair: _Way(bar.open, []) for pair, bar in bars.items()}
        before = [trade.pair for trade in Trade.get_open_trades()]
        self._loop()
        together: list[str] = []
        for pair in dict.fromkeys([*before, *self._pairs]):
            if pair not in bars:
                continue
            if self._is_open(pair):
                # Open positions and waiting orders do not depend on the account: they can go together.
                together.append(pair)
            elif self._has_signal(pair):
                self._walk(together)
                together = []
                self._turn = pair
                self._loop()
                self._turn = ""
                if self._is_open(pair):
                    together.append(pair)
        self._walk(together)

    def _walk(self, pairs: list[str]) -> None:
        """Take pairs with an open trade through the rest of the candle."""
        trades = self._open_trades()
        ways = {pair: self._ways[pair] for pair in pairs}
        for pair, way in ways.items():
            way.ahead = turning_points(self._bars[pair][self._candle], trades.get(pair))
        steps = 0
        while any(way.ahead for way in ways.values()):
            steps += 1
            assert steps < _MOST_STEPS, f"no end of candle {self._candle}"
            leg = max(len(way.ahead) for way in ways.values())
            trades = self._open_trades()
            for pair, way in ways.items():
                if len(way.ahead) == leg:
                    self._advance(way, trades.get(pair))
            self._loop()

    def _loop(self) -> None:
        self._bot.prices.at = {self._symbols[pair]: way.price for pair, way in self._ways.items()}
        self._bot.loop(self._at)
        self._at += _STEP

    def _advance(self, way: _Way, trade: Trade | None) -> None:
        """Go to the next level at which something waits, else to the turning point."""
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

    def _has_signal(self, pair: str) -> bool:
        table = self._bot.strategy.context.tables.get(pair)
        return table is not None and table.accepted_side(table.numbers.size - 1) != 0

    def _is_open(self, pair: str) -> bool:
        return pair in self._open_trades()

    @staticmethod
    def _open_trades() -> dict[str, Trade]:
        return {trade.pair: trade for trade in Trade.get_open_trades()}


def turning_points(bar: Bar, trade: Trade | None) -> list[float]:
    """The rest of a candle's path after its open, in the order in which Freqtrade's backtest looks at it.

    A position meets its stop before its target. While an entry order waits, the candle's colour settles the order:
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
