"""Feeds of the whole market, and the making of a feed from a stream name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from companion.replay.book import DEPTH
from companion.replay.errors import BinanceError
from companion.replay.exchange import CoinView, Exchange
from companion.replay.held_books import RPI_BOOK
from companion.replay.rest.general import contract_entry
from companion.replay.rules import Json, JsonObject
from companion.replay.streams import messages
from companion.replay.streams.feeds import (
    ChangeFeed,
    CoinFeed,
    DepthFeed,
    Feed,
    KlineFeed,
    LiquidationOrderFeed,
    MarkPriceFeed,
    PartialDepthFeed,
    TradeFeed,
)
from companion.replay.streams.names import Kind, StreamName

# Polling period of each kind, in real milliseconds.
QUICK, NORMAL, HALF, SLOW, SLOWEST = 100, 250, 500, 1000, 3000
_PERIODS = {
    Kind.KLINE: NORMAL,
    Kind.CONTINUOUS_KLINE: NORMAL,
    Kind.BOOK_TICKER: NORMAL,
    Kind.AGG_TRADE: NORMAL,
    Kind.TRADE: NORMAL,
    Kind.FORCE_ORDER: NORMAL,
    Kind.TICKER: SLOW,
    Kind.MINI_TICKER: SLOW,
    Kind.MARK_PRICE: SLOWEST,
    Kind.PARTIAL_DEPTH: QUICK,
    Kind.DEPTH: QUICK,
    Kind.RPI_DEPTH: HALF,
    Kind.CONTRACT_INFO: SLOW,
}


def period_of(name: StreamName) -> int:
    """Real milliseconds between two polls of a stream."""
    return SLOW if name.every_second else _PERIODS[name.kind]


class MarketFeed:
    """A stream of all coins that trade, made of one feed per coin; new listings join automatically."""

    def __init__(self, exchange: Exchange, make: Callable[[CoinView, int], CoinFeed], as_list: bool) -> None:
        self._exchange = exchange
        self._make = make
        self._as_list = as_list
        self._feeds: dict[str, CoinFeed] = {}

    def poll(self, now: int) -> list[Json]:
        """One list of all events, or the events one by one."""
        events: list[Json] = []
        for view in self._exchange.trading(now):
            feed = self._feeds.get(view.symbol)
            if feed is None:
                feed = self._feeds[view.symbol] = self._make(view, now)
            events.extend(feed.poll(now))
        return [events] if self._as_list and events else events

    def closing(self, now: int) -> list[Json]:  # noqa: ARG002 - candles have no stream of the market
        """Nothing."""
        return []

    def close(self) -> None:
        """Close the coins' feeds."""
        for feed in self._feeds.values():
            feed.close()


class UnlistedFeed:
    """Silence until the coin is listed; forever if there is no such coin."""

    def __init__(self, exchange: Exchange, symbol: str, make: Callable[[CoinView, int], CoinFeed]) -> None:
        self._exchange = exchange
        self._symbol = symbol
        self._make = make
        self._feed: CoinFeed | None = None

    def poll(self, now: int) -> list[Json]:
        """Nothing, or the coin's events from its listing on."""
        if self._feed is None:
            try:
                self._feed = self._make(self._exchange.view(self._symbol, now), now)
            except BinanceError:
                return []
        return self._feed.poll(now)

    def closing(self, now: int) -> list[Json]:
        """The coin's closing events, once it is listed."""
        return [] if self._feed is None else self._feed.closing(now)

    def close(self) -> None:
        """Close the coin's feed."""
        if self._feed is not None:
            self._feed.close()


class ContractFeed:
    """Listings, delistings and other changes of the contracts, one event each."""

    def __init__(self, exchange: Exchange, now: int) -> None:
        self._exchange = exchange
        self._shown: dict[str, JsonObject] = {}
        self.poll(now)

    def poll(self, now: int) -> list[Json]:
        """Contracts that are not as they were at the last poll."""
        events: list[Json] = []
        for view in self._exchange.listed(now):
            entry = contract_entry(self._exchange, view, now)
            if entry != self._shown.get(view.symbol):
                self._shown[view.symbol] = entry
                events.append(messages.contract_info_event(entry, now))
        return events

    def closing(self, now: int) -> list[Json]:  # noqa: ARG002 - contracts have no candles
        """Nothing."""
        return []

    def close(self) -> None:
        """Nothing to release."""


def make_feed(exchange: Exchange, name: StreamName, now: int) -> Feed:
    """The feed of a stream, beginning at `now`."""
    if name.kind is Kind.CONTRACT_INFO:
        return ContractFeed(exchange, now)
    make = _maker(exchange, name)
    if name.symbol is None:
        # Liquidation orders and book tickers of the market come one by one, the others as a list.
        return MarketFeed(exchange, make, name.kind not in (Kind.FORCE_ORDER, Kind.BOOK_TICKER))
    try:
        return make(exchange.view(name.symbol, now), now)
    except BinanceError:
        return UnlistedFeed(exchange, name.symbol, make)


def _maker(exchange: Exchange, name: StreamName) -> Callable[[CoinView, int], CoinFeed]:
    makers: dict[Kind, Callable[[CoinView, int], CoinFeed]] = {
        Kind.KLINE: partial(KlineFeed, interval=name.interval, event=messages.kline_event),
        Kind.CONTINUOUS_KLINE: partial(
            KlineFeed, interval=name.interval, event=messages.continuous_kline_event
        ),
        Kind.TICKER: partial(ChangeFeed, event=messages.ticker_event),
        Kind.MINI_TICKER: partial(ChangeFeed, event=messages.mini_ticker_event),
        Kind.BOOK_TICKER: partial(ChangeFeed, event=messages.book_ticker_event),
        Kind.MARK_PRICE: MarkPriceFeed,
        Kind.FORCE_ORDER: LiquidationOrderFeed,
        Kind.AGG_TRADE: partial(TradeFeed, event=messages.agg_trade_event),
        Kind.TRADE: partial(TradeFeed, event=messages.trade_event),
        Kind.PARTIAL_DEPTH: partial(PartialDepthFeed, levels=name.levels),
        Kind.DEPTH: partial(DepthFeed, exchange=exchange, levels=DEPTH),
        Kind.RPI_DEPTH: partial(DepthFeed, exchange=exchange, levels=DEPTH, book=RPI_BOOK),
    }
    return makers[name.kind]
