"""Names of Binance's streams, and the kinds by which it spreads them over its addresses."""

from __future__ import annotations

from companion.venues.transport import StreamKind

CHANNELS = {
    StreamKind.CANDLES: "kline",
    StreamKind.BOOKS: "bookTicker",
    StreamKind.MARKET: "ticker",
    StreamKind.TRADES: "aggTrade",
}
"""By kind a channel as ccxt knows it: the address of a stream depends on it."""


class BinanceStreamNames:
    """A stream is the coin's symbol in small letters and what is told of it; those of the whole market begin with "!"."""

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
