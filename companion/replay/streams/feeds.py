"""Feeds of one coin: each remembers what it sent and returns what is new at an instant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from companion.replay.book import Depth
from companion.replay.candles import INTERVALS, bucket_start
from companion.replay.exchange import CoinView, Exchange
from companion.replay.held_books import BOOK
from companion.replay.rules import Json, JsonObject
from companion.replay.streams import messages
from companion.replay.tape import Trade


class Feed(Protocol):
    """Source of one stream's events."""

    def poll(self, now: int) -> list[Json]:
        """Events since the last poll, in order; `now` never goes back."""

    def closing(self, now: int) -> list[Json]:
        """Those of them that close a candle; poll does not return them again."""

    def close(self) -> None:
        """The last subscriber has gone."""


class CoinFeed:
    """Base of the feeds of one coin."""

    def __init__(self, view: CoinView, now: int) -> None:
        self.view = view
        self.last = now

    def poll(self, now: int) -> list[Json]:
        """Events since the last poll."""
        raise NotImplementedError

    def closing(self, now: int) -> list[Json]:  # noqa: ARG002 - most streams close nothing
        """Nothing: only candles close."""
        return []

    def close(self) -> None:
        """Nothing to release."""

    def is_live(self, now: int) -> bool:
        """Whether a candle is forming: not before listing, in a gap, or after the end."""
        tape = self.view.tape
        return tape.forms_at(tape.row_at(now), now)


class KlineFeed(CoinFeed):
    """Candles of one interval: every change, and exactly one closing event each."""

    def __init__(self, view: CoinView, now: int, interval: str, event: messages.KlineEvent) -> None:
        super().__init__(view, now)
        self._make = event
        self._interval = INTERVALS[interval]
        self._bucket = bucket_start(now, self._interval)
        self._event = -1

    def closing(self, now: int) -> list[Json]:
        """Closing events of all candles that ended since the last poll."""
        events: list[Json] = []
        while self._bucket + self._interval <= now:
            closed = self.view.tape.closed(self._interval, self._bucket)
            if closed is not None:
                events.append(self._make(self.view, closed, now, closed=True))
            self._bucket += self._interval
        return events

    def poll(self, now: int) -> list[Json]:
        """`closing`, then the forming candle if it changed."""
        events = self.closing(now)
        event = self.view.tape.event_at(now)
        if event == self._event:
            return events
        self._event = event
        forming = self.view.tape.forming(self._interval, now)
        if forming is not None:
            events.append(self._make(self.view, forming, now, closed=False))
        return events


class ChangeFeed(CoinFeed):
    """One event each time something was traded: tickers, best bid and ask."""

    def __init__(self, view: CoinView, now: int, event: Callable[[CoinView, int], JsonObject]) -> None:
        super().__init__(view, now)
        self._make = event
        self._event = -1

    def poll(self, now: int) -> list[Json]:
        """The event, if there was a trade since the last poll."""
        event = self.view.tape.event_at(now)
        if event == self._event or not self.is_live(now):
            return []
        self._event = event
        return [self._make(self.view, now)]


class MarkPriceFeed(CoinFeed):
    """Mark price and funding, at every poll."""

    def poll(self, now: int) -> list[Json]:
        """The mark price."""
        return [messages.mark_price_event(self.view, now)] if self.is_live(now) else []


class LiquidationOrderFeed(CoinFeed):
    """Liquidations."""

    def poll(self, now: int) -> list[Json]:
        """Liquidations since the last poll."""
        orders = self.view.liquidation_orders.between(self.last, now)
        self.last = now
        return [messages.liquidation_order_event(self.view, order, now) for order in orders]


class TradeFeed(CoinFeed):
    """Trades, aggregated or single."""

    def __init__(self, view: CoinView, now: int, event: Callable[[CoinView, Trade, int], JsonObject]) -> None:
        super().__init__(view, now)
        self._make = event

    def poll(self, now: int) -> list[Json]:
        """Trades since the last poll."""
        trades = self.view.tape.trades(self.last, now)
        self.last = now
        return [self._make(self.view, trade, now) for trade in trades]


class PartialDepthFeed(CoinFeed):
    """The top levels of the book in full, whenever they changed."""

    def __init__(self, view: CoinView, now: int, levels: int) -> None:
        super().__init__(view, now)
        self._levels = levels
        self._shown: Depth | None = None
        # The first event has the update number of its own instant, not of the one after it.
        self.last = now - 1

    def poll(self, now: int) -> list[Json]:
        """The levels, if they changed."""
        if not self.is_live(now):
            return []
        levels = self.view.depth(now, self._levels)
        if levels == self._shown:
            return []
        previous, self.last, self._shown = self.last, now, levels
        return [messages.depth_event(self.view, levels, previous, now)]


class DepthFeed(CoinFeed):
    """Changes of the book; the REST snapshot of that `book` is held at the last event sent."""

    def __init__(self, view: CoinView, now: int, exchange: Exchange, levels: int, book: str = BOOK) -> None:
        super().__init__(view, now)
        self._exchange = exchange
        self._book = book
        self._levels = levels
        self._shown = view.depth(now, levels)
        exchange.held_books.hold(self, book, view.symbol, now)

    def poll(self, now: int) -> list[Json]:
        """Changed levels; a level that is gone has size 0."""
        if now == self.last or not self.is_live(now):
            return []
        levels = self.view.depth(now, self._levels)
        changes = Depth(_changed(self._shown.bids, levels.bids), _changed(self._shown.asks, levels.asks))
        if not changes.bids and not changes.asks:
            return []
        previous, self.last, self._shown = self.last, now, levels
        self._exchange.held_books.hold(self, self._book, self.view.symbol, now)
        return [messages.depth_event(self.view, changes, previous, now)]

    def close(self) -> None:
        """The snapshot follows the clock again, unless another stream of it runs."""
        self._exchange.held_books.release(self, self._book, self.view.symbol)


def _changed(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> list[tuple[int, int]]:
    old, new = dict(before), dict(after)
    gone = [(price, 0) for price in old if price not in new]
    return gone + [level for level in after if old.get(level[0]) != level[1]]
