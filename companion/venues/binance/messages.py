"""Turns texts of Binance's streams into typed events."""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from typing import Any

import orjson

from companion.venues.binance.fields import MALFORMED, Fields, bar_of, positive, whole
from companion.venues.errors import MalformedError
from companion.venues.events import (
    AggregateTrade,
    BookTicker,
    ClosedCandle,
    CommandAnswer,
    DayTicker,
    FormingCandle,
    LiquidationOrder,
    MarketEvent,
    MarkPrice,
    Message,
)

_SIDES = {"BUY": 1, "SELL": -1}


def read_text(text: str, known: Container[object]) -> Message | CommandAnswer:
    """Read what came over a connection. Raises MalformedError for what is not JSON."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise MalformedError(str(problem)) from problem
    if isinstance(message, dict) and "id" in message:
        return _answer(message)
    return read_message(message, known)


def read_message(message: Any, known: Container[object]) -> Message:
    """Read an event, or a list of events. Of a coin that is not ``known``, nothing but its symbol is read."""
    events: list[MarketEvent] = []
    unreadable = 0
    for fields in message if isinstance(message, list) else (message,):
        try:
            event = _READERS[fields["e"]](fields, known)
            if event is not None:
                events.append(event)
        except MALFORMED:
            unreadable += 1
    return Message(tuple(events), unreadable)


def _answer(message: Fields) -> CommandAnswer:
    result = message.get("result")
    listed = tuple(str(stream) for stream in result) if isinstance(result, list) else None
    return CommandAnswer(str(message["id"]), str(message) if "error" in message else "", listed)


def _candle(fields: Fields, known: Container[object]) -> MarketEvent | None:
    kline = fields["k"]
    symbol = kline["s"]
    if symbol not in known or kline["i"] != "5m":
        return None
    if kline["x"] is not True:
        return FormingCandle(symbol)
    bar = bar_of(whole(kline["t"]))
    prices = float(kline["o"]), float(kline["h"]), float(kline["l"]), float(kline["c"])
    return ClosedCandle(symbol, bar, (*prices, float(kline["v"])))


def _day_ticker(fields: Fields, known: Container[object]) -> MarketEvent | None:
    symbol = fields["s"]
    if symbol not in known:
        return None
    return DayTicker(symbol, whole(fields["E"]), positive(fields["c"]), float(fields["q"]))


def _book_ticker(fields: Fields, known: Container[object]) -> MarketEvent | None:
    symbol = fields["s"]
    if symbol not in known:
        return None
    bid, ask = positive(fields["b"]), positive(fields["a"])
    bid_quantity, ask_quantity = float(fields["B"]), float(fields["A"])
    if bid >= ask or not (0.0 <= bid_quantity < math.inf and 0.0 <= ask_quantity < math.inf):
        raise ValueError("no order book looks like this")
    return BookTicker(symbol, whole(fields["E"]), whole(fields["u"]), bid, ask, bid_quantity, ask_quantity)


def _mark_price(fields: Fields, known: Container[object]) -> MarketEvent | None:
    symbol = fields["s"]
    if symbol not in known:
        return None
    time, mark, index = whole(fields["E"]), positive(fields["p"]), positive(fields["i"])
    # Without funding the text is empty.
    rate = float(fields["r"]) if fields["r"] else math.nan
    return MarkPrice(symbol, time, mark, index, rate, whole(fields["T"]))


def _liquidation_order(fields: Fields, known: Container[object]) -> MarketEvent | None:
    order = fields["o"]
    symbol = order["s"]
    if symbol not in known:
        return None
    # The average price and the filled quantity, not what the order asked for.
    time, price, quantity = whole(order["T"]), positive(order["ap"]), positive(order["z"])
    return LiquidationOrder(symbol, time, _SIDES[order["S"]], price, quantity)


def _aggregate_trade(fields: Fields, known: Container[object]) -> MarketEvent | None:
    symbol = fields["s"]
    if symbol not in known:
        return None
    price, quantity, time = positive(fields["p"]), positive(fields["q"]), whole(fields["T"])
    # The buyer was the maker: the taker sold.
    side = -1 if fields["m"] is True else 1
    return AggregateTrade(symbol, time, whole(fields["a"]), side, price, quantity)


_READERS: dict[str, Callable[[Fields, Container[object]], MarketEvent | None]] = {
    "kline": _candle,
    "24hrTicker": _day_ticker,
    "bookTicker": _book_ticker,
    "markPriceUpdate": _mark_price,
    "forceOrder": _liquidation_order,
    "aggTrade": _aggregate_trade,
}
