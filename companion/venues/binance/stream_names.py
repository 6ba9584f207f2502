"""Names of Binance's streams, and their kinds, which decide the address that serves them."""

from __future__ import annotations

from companion.venues.transport import StreamKind

CHANNELS = {
    StreamKind.CANDLES: "kline",
    StreamKind.BOOKS: "bookTicker",
    StreamKind.MARKET: "ticker",
    StreamKind.TRADES: "aggTrade",
}
"""A channel per kind, as ccxt names it: the address of a stream depends on it."""


class BinanceStreamNames:
    """A stream is named by the coin's symbol in lower case and its content; those of the whole market begin with "!"."""

    market = ("!ticker@arr", "!markPrice@arr@1s", "!forceOrder@arr")

    def candles(self, symbol: str) -> str:
        """The 5m candles of a coin."""
        return f"{symbol.lower()}@kline_5m"

    def book(self, symbol: str) -> str:
        """Best bid and ask of a coin."""
        return f"{symbol.lower()}@bookTicker"

    def trades(self, symbol: str) -> str:
        """The aggregate trades of a coin."""
        return f"{symbol.lower()}@aggTrade"

    def symbol(self, stream: str) -> str:
        """The coin of a stream."""
        return stream.partition("@")[0].upper()
