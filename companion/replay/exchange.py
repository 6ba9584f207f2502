"""The exchange at an instant: which coins are listed, and each coin's views of the tape."""

from __future__ import annotations

from functools import cached_property

from companion.replay.book import Book, Depth, Quote
from companion.replay.candles import INTERVALS
from companion.replay.clock import Clock
from companion.replay.daystats import DayStats, day_stats
from companion.replay.errors import invalid_interval, invalid_symbol
from companion.replay.funding import Funding
from companion.replay.held_books import HeldBooks
from companion.replay.liquidation_orders import LiquidationOrders
from companion.replay.market import Coin, Market
from companion.replay.marks import Marks
from companion.replay.noise import seed_of
from companion.replay.rules import PERPETUAL_DELIVERY
from companion.replay.tape import CoinTape


class CoinView:
    """Everything that is shown of one coin; parts are made on first use."""

    def __init__(self, coin: Coin, seed: int, delisted: bool, delivery: int = PERPETUAL_DELIVERY) -> None:
        self.coin = coin
        self.symbol = coin.symbol
        self.rules = coin.rules
        self.tape = CoinTape(coin, seed)
        self.contract_type = str(coin.rules.info["contractType"])
        self.delivery = delivery
        self._settled_from = coin.end if delisted else None
        self._seed = seed_of(coin.symbol, seed)
        self._day: tuple[int, DayStats] | None = None

    @cached_property
    def funding(self) -> Funding:
        """Funding settlements."""
        return Funding(self.coin.funding, self.coin.end)

    @cached_property
    def marks(self) -> Marks:
        """Mark and index price."""
        return Marks(self.tape, self.coin.mark, self.funding, self._seed)

    @cached_property
    def book(self) -> Book:
        """Order book."""
        return Book(self.tape, self.coin.book, self._seed)

    @cached_property
    def liquidation_orders(self) -> LiquidationOrders:
        """Liquidation orders."""
        return LiquidationOrders(self.tape, self._seed)

    def is_listed(self, time: int) -> bool:
        """Whether the first candle has opened."""
        return time >= self.coin.begin

    def is_trading(self, time: int) -> bool:
        """Whether it is listed and not delisted. At the end of the tape coins stay listed."""
        return self.is_listed(time) and not self.is_settled(time)

    def is_settled(self, time: int) -> bool:
        """Whether it has been delisted, or delivered."""
        return time >= self.delivery or (self._settled_from is not None and time >= self._settled_from)

    def delist(self, time: int) -> None:
        """Settle the coin at `time`, whatever the tape still holds of it."""
        self._settled_from = time if self._settled_from is None else min(time, self._settled_from)

    def day(self, time: int) -> DayStats:
        """24 h statistics of the closed candles before the one of `time`."""
        row = self.tape.row_at(time)
        if self._day is None or self._day[0] != row:
            self._day = (row, day_stats(self.tape, row))
        return self._day[1]

    def quote(self, time: int) -> Quote:
        """Best bid and ask."""
        day = self.day(time)
        return self.book.quote(time, day.volume, day.quote)

    def depth(self, time: int, levels: int) -> Depth:
        """Price levels of the book."""
        day = self.day(time)
        return self.book.depth(time, day.volume, day.quote, levels)


def delivery_of(coin: Coin, offset: int, start: int) -> int:
    """The coin's delivery in served time (ms), of a market shown `offset` ms later than recorded from `start` (ms) on.

    A recorded date that is still to come at the start is served as it stands. An earlier one is a date of the tape, and
    moves with it; if it has passed even so, the candles contradict it, and the coin is one without a date.
    """
    recorded = coin.rules.info.get("deliveryDate")
    if not isinstance(recorded, int):
        return PERPETUAL_DELIVERY
    dates = (recorded, recorded + offset)
    return next((date for date in dates if date > start), PERPETUAL_DELIVERY)


class Exchange:
    """A market in served time, a clock, and the coins' views."""

    def __init__(self, market: Market, clock: Clock, seed: int = 0, *, list_all: bool = False) -> None:
        self.market = market
        self.list_all = list_all
        self.clock = clock
        self.seed = seed
        self.held_books = HeldBooks()
        start = clock.now()
        self.views = {
            symbol: CoinView(
                coin,
                seed,
                market.delisted(coin),
                PERPETUAL_DELIVERY if list_all else delivery_of(coin, market.offset, start),
            )
            for symbol, coin in market.coins.items()
        }

    def view(self, symbol: str, time: int) -> CoinView:
        """The coin named `symbol`. Raises BinanceError -1121 when it is not listed at `time`."""
        view = self.views.get(symbol)
        if view is None or not view.is_listed(time):
            raise invalid_symbol()
        return view

    def trading(self, time: int) -> list[CoinView]:
        """Coins that trade at `time`."""
        return [view for view in self.views.values() if view.is_trading(time)]

    def listed(self, time: int) -> list[CoinView]:
        """Coins listed at `time`, those in settlement included."""
        return [view for view in self.views.values() if view.is_listed(time)]

    def ended(self, time: int) -> bool:
        """Whether the tape has come to its end."""
        return time >= self.market.end

    def recorded(self, time: int) -> int:
        """The recorded instant (ms) shown at served `time`."""
        return time - self.market.offset


def interval_of(name: str) -> int:
    """Milliseconds of a candle interval. Raises BinanceError -1120 for anything but 5m and longer."""
    interval = INTERVALS.get(name)
    if interval is None:
        raise invalid_interval()
    return interval
