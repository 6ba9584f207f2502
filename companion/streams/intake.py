"""Turns the exchange's events into live values, candles, and calls of listeners."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import assert_never

import numpy as np

from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from companion.streams.candle_validator import CandleValidator
from companion.streams.clock import ExchangeClock
from companion.streams.counters import Counters
from companion.venues.events import (
    AggregateTrade,
    BookTicker,
    ClosedCandle,
    DayTicker,
    FormingCandle,
    LiquidationOrder,
    MarketEvent,
    MarkPrice,
    Message,
)
from companion.venues.values import Tickers
from hhq.funding import REFERENCE_HOURS

_REMEMBERED_ORDERS = 4096


class Intake:
    """Takes typed events, one message after the other.

    Per coin and kind only what is newer than the last is taken, so that duplicated, late and reordered messages change
    nothing. ``ticker_heard`` float64 (rows,): monotonic seconds of the newest ticker, less its delay;
    ``ticker_over_rest`` bool (rows,). ``lag_ms``: the age of the newest mark price on arrival, by the measured clock.
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
        self._liquidated: OrderedDict[LiquidationOrder, None] = OrderedDict()
        self._order = {name: np.full(0, -1, dtype=np.int64) for name in ("ticker", "book", "mark", "trade")}
        self.ticker_heard = np.full(0, -math.inf)
        self.ticker_over_rest = np.zeros(0, dtype=np.bool_)
        self.lag_ms = 0
        self.grow()

    def grow(self) -> None:
        """Make room for all coins of the market memory."""
        more = len(self._market.universe) - self.ticker_heard.size
        if more > 0:
            self.ticker_heard = np.concatenate([self.ticker_heard, np.full(more, -math.inf)])
            self.ticker_over_rest = np.concatenate([self.ticker_over_rest, np.zeros(more, dtype=np.bool_)])
            for name, known in self._order.items():
                self._order[name] = np.concatenate([known, np.full(more, -1, dtype=np.int64)])

    def came_over_rest(self, row: int) -> bool:
        """Whether the coin's newest ticker came over REST; False for a coin that is too new to have one."""
        return row < self.ticker_over_rest.size and bool(self.ticker_over_rest[row])

    def take(self, message: Message) -> bool:
        """Take in a message of a stream; False if a part of it could not be read."""
        self._counters.add("messages")
        for event in message.events:
            row = self._row(event.symbol)
            if row is not None:
                self._apply(row, event)
        if message.unreadable:
            self._counters.add("messages_broken", message.unreadable)
        return not message.unreadable

    def take_current(self, tickers: Tickers) -> None:
        """Take in current tickers from REST."""
        for ticker in tickers.tickers:
            row = self._row(ticker.symbol)
            if row is not None:
                self._put_ticker(row, ticker.last_price, ticker.quote_volume, self._clock.monotonic())
                self.ticker_over_rest[row] = True
        if tickers.unreadable:
            self._counters.add("messages_broken", tickers.unreadable)

    def _apply(self, row: int, event: MarketEvent) -> None:
        # The most frequent events first.
        match event:
            case BookTicker():
                self._book(row, event)
            case FormingCandle() | ClosedCandle():
                self._candle(row, event)
            case AggregateTrade():
                self._trade(row, event)
            case MarkPrice():
                self._mark(row, event)
            case DayTicker():
                self._ticker(row, event)
            case LiquidationOrder():
                self._liquidation_order(row, event)
            case _:
                assert_never(event)

    def _candle(self, row: int, event: ClosedCandle | FormingCandle) -> None:
        if isinstance(event, ClosedCandle):
            self._validator.from_stream(row, event.bar, event.values)
        self._market.live.candle_ms[row] = self._clock.now_ms()

    def _ticker(self, row: int, event: DayTicker) -> None:
        time = event.time_ms
        if self._is_new("ticker", row, time, time):
            late = max(self._exchange_clock.now_ms() - time, 0)
            heard = self._clock.monotonic() - late / 1000.0
            self._put_ticker(row, event.last_price, event.quote_volume, heard)
            self.ticker_over_rest[row] = False

    def _put_ticker(self, row: int, price: float, volume: float, heard: float) -> None:
        live = self._market.live
        live.last_price[row] = price
        live.quote_volume_24h[row] = volume
        live.ticker_ms[row] = self._clock.now_ms()
        self.ticker_heard[row] = heard

    def _book(self, row: int, event: BookTicker) -> None:
        if self._is_new("book", row, event.number, event.time_ms):
            live = self._market.live
            live.bid[row], live.ask[row] = event.bid, event.ask
            live.bid_quantity[row], live.ask_quantity[row] = event.bid_quantity, event.ask_quantity
            live.book_ms[row] = self._clock.now_ms()
            for listener in self._market.listeners:
                listener.book_changed(row, event.time_ms)

    def _mark(self, row: int, event: MarkPrice) -> None:
        if self._is_new("mark", row, event.time_ms, event.time_ms):
            live = self._market.live
            live.mark_price[row], live.index_price[row] = event.mark_price, event.index_price
            hours = self._market.universe.coin(row).funding_hours
            live.funding_rate[row] = event.funding_rate * 100.0 * REFERENCE_HOURS / hours
            live.next_funding_ms[row] = event.next_funding_ms
            live.mark_ms[row] = self._clock.now_ms()
            self.lag_ms = self._exchange_clock.now_ms() - event.time_ms

    def _liquidation_order(self, row: int, event: LiquidationOrder) -> None:
        if self._exchange_clock.lies_ahead(event.time_ms):
            self._counters.add("messages_future")
        elif event in self._liquidated:
            self._counters.add("messages_repeated")
        else:
            self._liquidated[event] = None
            if len(self._liquidated) > _REMEMBERED_ORDERS:
                self._liquidated.popitem(last=False)
            self._counters.add("liquidation_orders")
            for listener in self._market.listeners:
                listener.liquidation_order(row, event.time_ms, event.side, event.price * event.quantity)

    def _trade(self, row: int, event: AggregateTrade) -> None:
        if self._is_new("trade", row, event.number, event.time_ms):
            for listener in self._market.listeners:
                listener.aggregate_trade(row, event.time_ms, event.side, event.price * event.quantity)

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
