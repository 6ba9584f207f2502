"""Order book snapshot and public trades."""

from __future__ import annotations

from companion.replay.candles import BASE_INTERVAL, HOUR
from companion.replay.decimals import plain
from companion.replay.errors import (
    invalid_combination,
    invalid_depth_limit,
    start_after_end,
    window_too_long,
)
from companion.replay.exchange import CoinView, Exchange
from companion.replay.held_books import BOOK, RPI_BOOK
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json, JsonObject
from companion.replay.tape import TRADES_PER_CANDLE, Trade

DEPTH_LIMITS = (5, 10, 20, 50, 100, 500, 1000)
DEFAULT_DEPTH = 500
_RPI_DEPTH = 1000
_MOST_TRADES = 1000
_DEFAULT_TRADES = 500


def agg_trades(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Aggregated trades: the newest, those from `fromId` on, or those of a window ≤ 1 h."""
    view = query.view(exchange, now)
    limit = query.limit(_DEFAULT_TRADES, _MOST_TRADES)
    first, start, end = (query.integer(name) for name in ("fromId", "startTime", "endTime"))
    if first is not None and (start is not None or end is not None):
        raise invalid_combination()
    if start is not None and end is not None:
        if start > end:
            raise start_after_end()
        if end - start > HOUR:
            raise window_too_long(1)
    rows: list[Json] = [aggregated(trade, view) for trade in _selected(view, limit, first, start, end, now)]
    return rows


def recent_trades(exchange: Exchange, query: Parameters, now: int) -> Json:
    """The newest trades."""
    view = query.view(exchange, now)
    limit = query.limit(_DEFAULT_TRADES, _MOST_TRADES)
    return [_trade_row(trade, view) for trade in _newest(view, limit, now)]


def _selected(
    view: CoinView, limit: int, first: int | None, start: int | None, end: int | None, now: int
) -> list[Trade]:
    if first is not None:
        opened = first // TRADES_PER_CANDLE * BASE_INTERVAL + view.coin.offset
        reach = opened + (limit // 4 + 2) * BASE_INTERVAL
        trades = view.tape.trades(opened - 1, min(now, reach))
        return [trade for trade in trades if trade.number >= first][:limit]
    if start is None and end is None:
        return _newest(view, limit, now)
    until = now if end is None else min(end, now)
    if start is None:
        return view.tape.trades(until - HOUR, until)[-limit:]
    return view.tape.trades(start - 1, min(until, start + HOUR))[:limit]


def _newest(view: CoinView, limit: int, now: int) -> list[Trade]:
    """The last `limit` trades, looking back far enough for the quietest coins but not forever."""
    reach = 5 * BASE_INTERVAL
    trades = view.tape.trades(now - reach, now)
    while len(trades) < limit and reach < 6 * HOUR:
        reach *= 2
        trades = view.tape.trades(now - reach, now)
    return trades[-limit:]


def aggregated(trade: Trade, view: CoinView) -> JsonObject:
    """An aggregated trade, as REST has it; its stream event has the same fields."""
    return {
        "a": trade.number,
        "p": plain(trade.price, view.rules.price_digits),
        "q": f"{trade.quantity:.{view.rules.quantity_digits}f}",
        "f": trade.number,
        "l": trade.number,
        "T": trade.time,
        "m": not trade.is_buy,
    }


def _trade_row(trade: Trade, view: CoinView) -> JsonObject:
    price, size = view.rules.price_digits, view.rules.quantity_digits
    return {
        "id": trade.number,
        "price": plain(trade.price, price),
        "qty": f"{trade.quantity:.{size}f}",
        "quoteQty": f"{trade.price * trade.quantity:.{price}f}",
        "time": trade.time,
        "isBuyerMaker": not trade.is_buy,
    }


def depth(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Order book snapshot; its lastUpdateId is the last one of the depth stream, if one runs."""
    view = query.view(exchange, now)
    limit = query.integer("limit")
    if limit is None:
        limit = DEFAULT_DEPTH
    if limit not in DEPTH_LIMITS:
        raise invalid_depth_limit(limit)
    return _snapshot(view, exchange.held_books.instant(BOOK, view.symbol, now), now, limit)


def rpi_depth(exchange: Exchange, query: Parameters, now: int) -> Json:
    """The same book again: no order of this exchange is a retail price improvement one."""
    view = query.view(exchange, now)
    limit = query.integer("limit")
    if limit not in (None, _RPI_DEPTH):
        raise invalid_depth_limit(limit)
    return _snapshot(view, exchange.held_books.instant(RPI_BOOK, view.symbol, now), now, _RPI_DEPTH)


def _snapshot(view: CoinView, shown: int, now: int, limit: int) -> JsonObject:
    levels = view.depth(shown, limit)
    return {
        "lastUpdateId": shown,
        "E": now,
        "T": shown,
        "bids": level_rows(view, levels.bids),
        "asks": level_rows(view, levels.asks),
    }


def level_rows(view: CoinView, levels: list[tuple[int, int]]) -> list[Json]:
    """Levels in ticks and steps as pairs of text."""
    rules = view.rules
    price, size = rules.price_digits, rules.quantity_digits
    return [[f"{ticks * rules.tick:.{price}f}", f"{steps * rules.step:.{size}f}"] for ticks, steps in levels]
