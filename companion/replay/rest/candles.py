"""klines, markPriceKlines, indexPriceKlines, premiumIndexKlines, continuousKlines."""

from __future__ import annotations

from companion.replay.errors import invalid_value
from companion.replay.exchange import Exchange
from companion.replay.history import kline_rows
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json

DEFAULT_LIMIT = 500
MOST = 1500


def klines(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Traded candles."""
    view = query.view(exchange, now)
    interval = query.interval()
    return list(kline_rows(view.tape, interval, query.window(DEFAULT_LIMIT, MOST), now))


def continuous_klines(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Traded candles of the perpetual contract of a pair."""
    view = query.view(exchange, now, "pair")
    if query.text("contractType") != "PERPETUAL":
        raise invalid_value("contractType")
    interval = query.interval()
    return list(kline_rows(view.tape, interval, query.window(DEFAULT_LIMIT, MOST), now))


def mark_price_klines(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Mark price candles."""
    view = query.view(exchange, now)
    interval = query.interval()
    return list(view.marks.mark_rows(interval, query.window(DEFAULT_LIMIT, MOST), now))


def index_price_klines(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Index price candles."""
    view = query.view(exchange, now, "pair")
    interval = query.interval()
    return list(view.marks.index_rows(interval, query.window(DEFAULT_LIMIT, MOST), now))


def premium_index_klines(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Premium index candles."""
    view = query.view(exchange, now)
    interval = query.interval()
    return list(view.marks.premium_rows(interval, query.window(DEFAULT_LIMIT, MOST), now))
