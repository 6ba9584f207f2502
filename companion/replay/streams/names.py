"""Stream names as Binance writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from companion.replay.candles import INTERVALS


class Kind(Enum):
    """What a stream carries."""

    KLINE = "kline"
    CONTINUOUS_KLINE = "continuousKline"
    TICKER = "ticker"
    MINI_TICKER = "miniTicker"
    BOOK_TICKER = "bookTicker"
    MARK_PRICE = "markPrice"
    FORCE_ORDER = "forceOrder"
    AGG_TRADE = "aggTrade"
    TRADE = "trade"
    PARTIAL_DEPTH = "partialDepth"
    DEPTH = "depth"
    RPI_DEPTH = "rpiDepth"
    CONTRACT_INFO = "contractInfo"


@dataclass(frozen=True, slots=True)
class StreamName:
    """A parsed name; `symbol` is None for the streams of the whole market."""

    text: str
    kind: Kind
    symbol: str | None
    interval: str = ""
    levels: int = 0
    every_second: bool = False


_ONE = re.compile(r"^(?P<symbol>\w+)@(?P<rest>[A-Za-z0-9_@]+)$")
_ALL = {
    "!ticker@arr": (Kind.TICKER, False),
    "!miniTicker@arr": (Kind.MINI_TICKER, False),
    "!bookTicker": (Kind.BOOK_TICKER, False),
    "!markPrice@arr": (Kind.MARK_PRICE, False),
    "!markPrice@arr@1s": (Kind.MARK_PRICE, True),
    "!forceOrder@arr": (Kind.FORCE_ORDER, False),
    "!contractInfo": (Kind.CONTRACT_INFO, False),
}
_PLAIN = {
    "ticker": (Kind.TICKER, False),
    "miniTicker": (Kind.MINI_TICKER, False),
    "bookTicker": (Kind.BOOK_TICKER, False),
    "markPrice": (Kind.MARK_PRICE, False),
    "markPrice@1s": (Kind.MARK_PRICE, True),
    "forceOrder": (Kind.FORCE_ORDER, False),
    "aggTrade": (Kind.AGG_TRADE, False),
    "trade": (Kind.TRADE, False),
    "rpiDepth": (Kind.RPI_DEPTH, False),
    "rpiDepth@500ms": (Kind.RPI_DEPTH, False),
}
_DEPTH = re.compile(r"^depth(?P<levels>5|10|20)?(@(0|100|250|500)ms)?$")


def parse_stream(text: str) -> StreamName | None:
    """The parsed name, or None when there is no such stream. Symbols are not checked: a coin may
    be listed later."""
    if text in _ALL:
        kind, every_second = _ALL[text]
        return StreamName(text, kind, None, every_second=every_second)
    match = _ONE.match(text)
    if match is None:
        return None
    symbol, rest = match["symbol"].upper(), match["rest"]
    if rest in _PLAIN:
        kind, every_second = _PLAIN[rest]
        return StreamName(text, kind, symbol, every_second=every_second)
    if "line_" in rest:
        return _candles(text, symbol, rest)
    depth = _DEPTH.match(rest)
    if depth is None:
        return None
    if depth["levels"]:
        return StreamName(text, Kind.PARTIAL_DEPTH, symbol, levels=int(depth["levels"]))
    return StreamName(text, Kind.DEPTH, symbol)


def _candles(text: str, symbol: str, rest: str) -> StreamName | None:
    """Candles of a symbol, or of the perpetual contract of a pair: `btcusdt_perpetual@continuousKline_5m`."""
    kind, _, interval = rest.partition("_")
    if interval not in INTERVALS:
        return None
    if kind == "kline":
        return StreamName(text, Kind.KLINE, symbol, interval)
    pair, _, contract = symbol.rpartition("_")
    if kind != "continuousKline" or contract != "PERPETUAL":
        return None
    return StreamName(text, Kind.CONTINUOUS_KLINE, pair, interval)
