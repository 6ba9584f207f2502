"""What an exchange sends over its streams: typed, frozen, checked; in no exchange's spelling.

``symbol`` is the exchange's name of a coin as in :class:`companion.market.universe.Coin`. Times are the exchange's in ms
UTC, prices in USDT, quantities in coins. Prices, and quantities of orders and trades, are finite and above 0. ``side`` is
+1 for a buy, −1 for a sell. Whole numbers fit into 64 bits. Tuples, not dataclasses: thousands are made every second.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

CandleValues: TypeAlias = tuple[float, float, float, float, float]
"""Open, high, low, close in USDT, volume in coins; not yet checked for being a possible candle."""


class ClosedCandle(NamedTuple):
    """A 5m candle that the exchange calls closed; ``bar`` is its number as in :class:`hhq.panel.Panel`."""

    symbol: str
    bar: int
    values: CandleValues


class FormingCandle(NamedTuple):
    """A sign of life: the coin's 5m candle has changed and is not closed."""

    symbol: str


class DayTicker(NamedTuple):
    """Last price, and the traded value of 24 h in USDT (as the exchange gives it: may be NaN)."""

    symbol: str
    time_ms: int
    last_price: float
    quote_volume: float


class BookTicker(NamedTuple):
    """Best bid and ask, bid < ask; of two for one symbol the one with the larger ``number`` is newer."""

    symbol: str
    time_ms: int
    number: int
    bid: float
    ask: float
    bid_quantity: float
    ask_quantity: float


class MarkPrice(NamedTuple):
    """Mark and index price, and the estimate of the next funding rate.

    ``funding_rate`` is a fraction of the notional for the coin's own interval, NaN = the exchange has none;
    ``next_funding_ms`` the time of that settlement.
    """

    symbol: str
    time_ms: int
    mark_price: float
    index_price: float
    funding_rate: float
    next_funding_ms: int


class LiquidationOrder(NamedTuple):
    """An order by which the exchange closed a position: average price and quantity of the fill."""

    symbol: str
    time_ms: int
    side: int
    price: float
    quantity: float


class AggregateTrade(NamedTuple):
    """Fills of one taker's order at one price; ``number`` grows within a symbol, ``side`` is the taker's."""

    symbol: str
    time_ms: int
    number: int
    side: int
    price: float
    quantity: float


MarketEvent: TypeAlias = (
    ClosedCandle | FormingCandle | DayTicker | BookTicker | MarkPrice | LiquidationOrder | AggregateTrade
)


class Message(NamedTuple):
    """The content of one text: events of known coins, and how many parts could not be read."""

    events: tuple[MarketEvent, ...]
    unreadable: int


class CommandAnswer(NamedTuple):
    """The answer to the command ``number``.

    ``refusal``: what the exchange says instead of obeying, empty if it obeys. ``listed``: the streams that are
    subscribed, None if the command did not ask for them.
    """

    number: str
    refusal: str = ""
    listed: tuple[str, ...] | None = None
