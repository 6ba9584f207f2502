"""Messages of the exchange become live values, candles and events. Nothing that a message holds is trusted."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from companion.streams.candle_validator import CandleValidator
from companion.streams.clock import ExchangeClock
from companion.streams.counters import Counters
from hhq.funding import REFERENCE_HOURS

Message: TypeAlias = Mapping[str, Any]
_REMEMBERED_ORDERS = 4096
_MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError)


class Intake:
    """Takes decoded messages: an event, or a list of events of one kind.

    Per coin and kind only what is newer than the last is taken, so that duplicated, late and reordered messages change
    nothing. ``ticker_heard`` float64 (rows,): monotonic seconds of the newest ticker, put back by what it was late;
    ``ticker_over_rest`` bool (rows,). ``lag_ms``: how long ago, by the measured clock, the newest mark price was sent.
    """

    def __init__(
        self,
        market: MarketMemory,
        validator: CandleValidator,
        clock: Clock,
        exchange_clock: ExchangeClock,
        counters: Counters,
    ) -> None:
        self._market = market
        self._row = market.universe.row
        self._validator = validator
        self._clock = clock
        self._exchange_clock = exchange_clock
        self._counters = counters
        self._liquidated: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._order = {name: np.full(0, -1, dtype=np.int64) for name in ("ticker", "book", "mark", "trade")}
        self.ticker_heard = np.full(0, -math.inf)
        self.ticker_over_rest = np.zeros(0, dtype=np.bool_)
        self.lag_ms = 0
        self._handlers: dict[str, Callable[[Message], None]] = {
            "kline": self._candle,
            "24hrTicker": self._ticker,
            "bookTicker": self._book,
            "markPriceUpdate": self._mark,
            "forceOrder": self._liquidation_order,
            "aggTrade": self._trade,
        }
        self.grow()

    def grow(self) -> None:
        """Make room for the coins that the market memory has."""
        more = len(self._market.universe) - self.ticker_heard.size
        if more > 0:
            self.ticker_heard = np.concatenate([self.ticker_heard, np.full(more, -math.inf)])
            self.ticker_over_rest = np.concatenate([self.ticker_over_rest, np.zeros(more, dtype=np.bool_)])
            for name, known in self._order.items():
                self._order[name] = np.concatenate([known, np.full(more, -1, dtype=np.int64)])

    def take(self, message: Any) -> bool:
        """Take what came over a stream; False when it, or a part of it, is no message of the exchange."""
        whole = True
        self._counters.add("messages")
        for event in message if isinstance(message, list) else (message,):
            try:
                self._handlers[event["e"]](event)
            except _MALFORMED:
                self._counters.add("messages_broken")
                whole = False
        return whole

    def _candle(self, event: Message) -> None:
        kline = event["k"]
        row = self._row(kline["s"])
        if row is None or kline["i"] != "5m":
            return
        if kline["x"] is True:
            opened = int(kline["t"])
            prices = float(kline["o"]), float(kline["h"]), float(kline["l"]), float(kline["c"])
            self._validator.from_stream(row, opened, (*prices, float(kline["v"])))
        self._market.live.candle_ms[row] = self._clock.now_ms()

    def _ticker(self, event: Message) -> None:
        row = self._row(event["s"])
        if row is None:
            return
        time, price, volume = int(event["E"]), _positive(event["c"]), float(event["q"])
        if self._is_new("ticker", row, time, time):
            late = max(self._exchange_clock.now_ms() - time, 0)
            self._put_ticker(row, price, volume, self._clock.monotonic() - late / 1000.0)
            self.ticker_over_rest[row] = False

    def ticker_from_rest(self, entry: Message) -> None:
        """Take a 24 h ticker of a REST answer, which tells the price of now."""
        try:
            row, price, volume = (
                self._row(entry["symbol"]),
                _positive(entry["lastPrice"]),
                float(entry["quoteVolume"]),
            )
        except _MALFORMED:
            self._counters.add("messages_broken")
            return
        if row is not None:
            self._put_ticker(row, price, volume, self._clock.monotonic())
            self.ticker_over_rest[row] = True

    def _put_ticker(self, row: int, price: float, volume: float, heard: float) -> None:
        live = self._market.live
        live.last_price[row] = price
        live.quote_volume_24h[row] = volume
        live.ticker_ms[row] = self._clock.now_ms()
        self.ticker_heard[row] = heard

    def _book(self, event: Message) -> None:
        row = self._row(event["s"])
        if row is None:
            return
        bid, ask = _positive(event["b"]), _positive(event["a"])
        quantities = float(event["B"]), float(event["A"])
        time = int(event["E"])
        if bid >= ask or not (0.0 <= min(quantities) and max(quantities) < math.inf):
            raise ValueError("no order book looks like this")
        if self._is_new("book", row, int(event["u"]), time):
            live = self._market.live
            live.bid[row], live.ask[row] = bid, ask
            live.bid_quantity[row], live.ask_quantity[row] = quantities
            live.book_ms[row] = self._clock.now_ms()
            for listener in self._market.listeners:
                listener.book_changed(row, time)

    def _mark(self, event: Message) -> None:
        row = self._row(event["s"])
        if row is None:
            return
        time, mark, index = int(event["E"]), _positive(event["p"]), _positive(event["i"])
        rate, settled = event["r"], int(event["T"])
        fraction = float(rate) if rate else math.nan
        if self._is_new("mark", row, time, time):
            live = self._market.live
            live.mark_price[row], live.index_price[row] = mark, index
            hours = self._market.universe.coin(row).funding_hours
            live.funding_rate[row] = fraction * 100.0 * REFERENCE_HOURS / hours
            live.next_funding_ms[row] = settled
            live.mark_ms[row] = self._clock.now_ms()
            self.lag_ms = self._exchange_clock.now_ms() - time

    def _liquidation_order(self, event: Message) -> None:
        order = event["o"]
        row = self._row(order["s"])
        if row is None:
            return
        time, price, quantity = int(order["T"]), _positive(order["ap"]), _positive(order["z"])
        side = _SIDES[order["S"]]
        key = (row, time, side, price, quantity)
        if self._exchange_clock.lies_ahead(time):
            self._counters.add("messages_future")
        elif key in self._liquidated:
            self._counters.add("messages_repeated")
        else:
            self._liquidated[key] = None
            if len(self._liquidated) > _REMEMBERED_ORDERS:
                self._liquidated.popitem(last=False)
            self._counters.add("liquidation_orders")
            for listener in self._market.listeners:
                listener.liquidation_order(row, time, side, price * quantity)

    def _trade(self, event: Message) -> None:
        row = self._row(event["s"])
        if row is None:
            return
        price, quantity, time = _positive(event["p"]), _positive(event["q"]), int(event["T"])
        # The buyer was the maker: the taker sold.
        side = -1 if event["m"] is True else 1
        if self._is_new("trade", row, int(event["a"]), time):
            for listener in self._market.listeners:
                listener.aggregate_trade(row, time, side, price * quantity)

    def _is_new(self, kind: str, row: int, number: int, time: int) -> bool:
        known = self._order[kind]
        if self._exchange_clock.lies_ahead(time):
            self._counters.add("messages_future")
        elif number == known[row]:
            self._counters.add("messages_repeated")
        elif number < known[row]:
            self._counters.add("messages_late")
        else:
            known[row] = number
            return True
        return False


_SIDES = {"BUY": 1, "SELL": -1}


def _positive(text: object) -> float:
    value = float(text)  # type: ignore[arg-type]  # a wrong type is what is looked for
    if not 0.0 < value < math.inf:
        raise ValueError(f"{value} is no price or quantity")
    return value
