"""24 h tickers, last prices, best bid and ask."""

from __future__ import annotations

from collections.abc import Callable

from companion.replay.dayticker import day_ticker
from companion.replay.decimals import plain
from companion.replay.exchange import CoinView, Exchange
from companion.replay.history import QUOTE_DIGITS
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json, JsonObject


def ticker_24h(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Rolling 24 h statistics."""
    return _one_or_all(exchange, query, now, _day_row)


def ticker_price(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Last prices."""
    return _one_or_all(exchange, query, now, _price_row)


def book_ticker(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Best bid and ask."""
    return _one_or_all(exchange, query, now, _book_row)


def _one_or_all(
    exchange: Exchange, query: Parameters, now: int, row: Callable[[CoinView, int], JsonObject]
) -> Json:
    if query.has("symbol"):
        return row(query.view(exchange, now), now)
    return [row(view, now) for view in exchange.trading(now)]


def _day_row(view: CoinView, now: int) -> JsonObject:
    ticker = day_ticker(view, now)
    price, size = view.rules.price_digits, view.rules.quantity_digits
    return {
        "symbol": view.symbol,
        "priceChange": f"{ticker.change:.{price}f}",
        "priceChangePercent": f"{ticker.change_percent:.3f}",
        "weightedAvgPrice": f"{ticker.average:.{price}f}",
        "lastPrice": plain(ticker.last, price),
        "lastQty": f"{ticker.last_quantity:.{size}f}",
        "openPrice": plain(ticker.open, price),
        "highPrice": plain(ticker.high, price),
        "lowPrice": plain(ticker.low, price),
        "volume": f"{ticker.volume:.{size}f}",
        "quoteVolume": f"{ticker.quote:.{QUOTE_DIGITS}f}",
        "openTime": ticker.open_time,
        "closeTime": ticker.close_time,
        "firstId": ticker.first_trade,
        "lastId": ticker.last_trade,
        "count": ticker.trades,
    }


def _price_row(view: CoinView, now: int) -> JsonObject:
    price = view.tape.price_at(now)
    return {"symbol": view.symbol, "price": plain(price, view.rules.price_digits), "time": now}


def _book_row(view: CoinView, now: int) -> JsonObject:
    quote, rules = view.quote(now), view.rules
    return {
        "symbol": view.symbol,
        "bidPrice": f"{quote.bid * rules.tick:.{rules.price_digits}f}",
        "bidQty": f"{quote.bid_size * rules.step:.{rules.quantity_digits}f}",
        "askPrice": f"{quote.ask * rules.tick:.{rules.price_digits}f}",
        "askQty": f"{quote.ask_size * rules.step:.{rules.quantity_digits}f}",
        "time": now,
        # One sequence with the depth snapshot and the streams: the instant itself.
        "lastUpdateId": now,
    }
