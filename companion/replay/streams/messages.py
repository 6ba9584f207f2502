"""Stream events with the field names of Binance."""

from __future__ import annotations

from typing import Protocol

from companion.replay.book import Depth
from companion.replay.candles import INTERVALS
from companion.replay.dayticker import day_ticker
from companion.replay.decimals import plain
from companion.replay.exchange import CoinView
from companion.replay.history import QUOTE_DIGITS
from companion.replay.liquidation_orders import LiquidationOrder
from companion.replay.marks import MARK_DIGITS
from companion.replay.rest.funding import estimate_text
from companion.replay.rest.trades import aggregated, level_rows
from companion.replay.rules import JsonObject
from companion.replay.tape import Kline, Trade

_NAMES = {milliseconds: name for name, milliseconds in INTERVALS.items()}


class KlineEvent(Protocol):
    """Makes the event of a candle."""

    def __call__(self, view: CoinView, kline: Kline, now: int, *, closed: bool) -> JsonObject:
        """The event at `now` (ms)."""


def kline_event(view: CoinView, kline: Kline, now: int, *, closed: bool) -> JsonObject:
    """A candle, forming or closed."""
    candle = {"t": kline.open_time, "T": kline.close_time, "s": view.symbol, **_candle(view, kline, closed)}
    return {"e": "kline", "E": now, "s": view.symbol, "k": candle}


def continuous_kline_event(view: CoinView, kline: Kline, now: int, *, closed: bool) -> JsonObject:
    """A candle of a pair's perpetual contract."""
    candle = {"t": kline.open_time, "T": kline.close_time, **_candle(view, kline, closed)}
    return {"e": "continuous_kline", "E": now, "ps": view.symbol, "ct": "PERPETUAL", "k": candle}


def _candle(view: CoinView, kline: Kline, closed: bool) -> JsonObject:
    price, size = view.rules.price_digits, view.rules.quantity_digits
    traded = kline.trades > 0
    return {
        "i": _NAMES[kline.interval],
        "f": kline.first_trade if traded else -1,
        "L": kline.last_trade if traded else -1,
        "o": plain(kline.open, price),
        "c": plain(kline.close, price),
        "h": plain(kline.high, price),
        "l": plain(kline.low, price),
        "v": plain(round(kline.volume, 8), size),
        "n": kline.trades,
        "x": closed,
        "q": f"{kline.quote:.{QUOTE_DIGITS}f}",
        "V": f"{kline.buy_volume:.{size}f}",
        "Q": f"{kline.buy_quote:.{QUOTE_DIGITS}f}",
        "B": "0",
    }


def ticker_event(view: CoinView, now: int) -> JsonObject:
    """24 h ticker. Futures tickers carry no bid and ask."""
    ticker = day_ticker(view, now)
    price, size = view.rules.price_digits, view.rules.quantity_digits
    return {
        "e": "24hrTicker",
        "E": now,
        "s": view.symbol,
        "p": f"{ticker.change:.{price}f}",
        "P": f"{ticker.change_percent:.3f}",
        "w": f"{ticker.average:.{price}f}",
        "c": plain(ticker.last, price),
        "Q": f"{ticker.last_quantity:.{size}f}",
        "o": plain(ticker.open, price),
        "h": plain(ticker.high, price),
        "l": plain(ticker.low, price),
        "v": f"{ticker.volume:.{size}f}",
        "q": f"{ticker.quote:.{QUOTE_DIGITS}f}",
        "O": ticker.open_time,
        "C": ticker.close_time,
        "F": ticker.first_trade,
        "L": ticker.last_trade,
        "n": ticker.trades,
    }


def mini_ticker_event(view: CoinView, now: int) -> JsonObject:
    """The short 24 h ticker."""
    ticker = day_ticker(view, now)
    price, size = view.rules.price_digits, view.rules.quantity_digits
    return {
        "e": "24hrMiniTicker",
        "E": now,
        "s": view.symbol,
        "c": plain(ticker.last, price),
        "o": plain(ticker.open, price),
        "h": plain(ticker.high, price),
        "l": plain(ticker.low, price),
        "v": f"{ticker.volume:.{size}f}",
        "q": f"{ticker.quote:.{QUOTE_DIGITS}f}",
    }


def book_ticker_event(view: CoinView, now: int) -> JsonObject:
    """Best bid and ask."""
    rules, quote = view.rules, view.quote(now)
    price, size = rules.price_digits, rules.quantity_digits
    return {
        "e": "bookTicker",
        "u": now,
        "s": view.symbol,
        "b": f"{quote.bid * rules.tick:.{price}f}",
        "B": f"{quote.bid_size * rules.step:.{size}f}",
        "a": f"{quote.ask * rules.tick:.{price}f}",
        "A": f"{quote.ask_size * rules.step:.{size}f}",
        "T": now,
        "E": now,
    }


def mark_price_event(view: CoinView, now: int) -> JsonObject:
    """Mark and index price, estimated funding rate and the time it is settled."""
    mark = view.marks.mark_at(now)
    text = f"{mark:.{MARK_DIGITS}f}"
    return {
        "e": "markPriceUpdate",
        "E": now,
        "s": view.symbol,
        "p": text,
        "P": text,
        "i": f"{mark / (1.0 + view.marks.basis_at(now)):.{MARK_DIGITS}f}",
        "r": estimate_text(view.funding.rate_at(now)),
        "T": view.funding.next_time(now),
    }


def liquidation_order_event(view: CoinView, order: LiquidationOrder, now: int) -> JsonObject:
    """A liquidation."""
    price = plain(order.price, view.rules.price_digits)
    quantity = f"{order.quantity:.{view.rules.quantity_digits}f}"
    return {
        "e": "forceOrder",
        "E": now,
        "o": {
            "s": view.symbol,
            "S": "SELL" if order.is_sell else "BUY",
            "o": "LIMIT",
            "f": "IOC",
            "q": quantity,
            "p": price,
            "ap": price,
            "X": "FILLED",
            "l": quantity,
            "z": quantity,
            "T": order.time,
        },
    }


def agg_trade_event(view: CoinView, trade: Trade, now: int) -> JsonObject:
    """An aggregated trade."""
    return {
        "e": "aggTrade",
        "E": now,
        "s": view.symbol,
        **aggregated(trade, view),
    }


def trade_event(view: CoinView, trade: Trade, now: int) -> JsonObject:
    """A single trade."""
    return {
        "e": "trade",
        "E": now,
        "T": trade.time,
        "s": view.symbol,
        "t": trade.number,
        "p": plain(trade.price, view.rules.price_digits),
        "q": f"{trade.quantity:.{view.rules.quantity_digits}f}",
        "X": "MARKET",
        "m": not trade.is_buy,
    }


def depth_event(view: CoinView, levels: Depth, previous: int, now: int) -> JsonObject:
    """Order book levels; update numbers run from `previous` (exclusive) to `now`."""
    return {
        "e": "depthUpdate",
        "E": now,
        "T": now,
        "s": view.symbol,
        "U": previous + 1,
        "u": now,
        "pu": previous,
        "b": level_rows(view, levels.bids),
        "a": level_rows(view, levels.asks),
    }


def contract_info_event(entry: JsonObject, now: int) -> JsonObject:
    """A listing or a change of a contract, from its exchangeInfo row `entry`."""
    return {
        "e": "contractInfo",
        "E": now,
        "s": entry["symbol"],
        "ps": entry["pair"],
        "ct": entry["contractType"],
        "dt": entry["deliveryDate"],
        "ot": entry["onboardDate"],
        "cs": entry["status"],
    }
