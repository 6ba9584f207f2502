"""Which streams are wanted for which coins, and what their connections' fate means for those coins."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from companion.market.coverage import EventFeed
from companion.streams.connection import Connection
from companion.streams.context import StreamContext
from companion.streams.group import StreamGroup
from companion.streams.repairs import CandleRepairs
from companion.streams.status import Staleness
from companion.streams.weight import Urgency
from companion.venues.transport import StreamKind
from hhq.arrays import IntArray

MakeConnection = Callable[[str, StreamKind], Connection]
"""Makes a connection with a name, for a kind of stream."""


class Subscriptions:
    """The four groups of connections: candles, books, the market's own streams, single trades."""

    def __init__(
        self,
        context: StreamContext,
        repairs: CandleRepairs,
        make: MakeConnection,
    ) -> None:
        self._market = context.market
        self._settings = context.settings
        self._clock = context.exchange_clock
        self._staleness = context.staleness
        self._repairs = repairs
        self._names = context.venue.stream_names
        self._make = make
        most = context.settings.symbols_per_connection
        self.candles = StreamGroup("candles", most, self._candle_connection)
        self.books = StreamGroup("books", most, lambda name: make(name, StreamKind.BOOKS))
        self.market = StreamGroup("market", len(self._names.market), self._market_connection)
        self.trades = StreamGroup("trades", most, self._trade_connection)

    @property
    def groups(self) -> tuple[StreamGroup, ...]:
        """All groups."""
        return self.candles, self.books, self.market, self.trades

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All connections."""
        return tuple(connection for group in self.groups for connection in group.connections)

    async def follow(self, rows: Iterable[int]) -> None:
        """Stream exactly these coins; for the most traded ones also every aggregate trade."""
        followed = list(rows)
        symbols = [self._market.universe.coin(row).symbol for row in followed]
        await self.market.want(self._names.market)
        await self.candles.want([self._names.candles(symbol) for symbol in symbols])
        await self.books.want([self._names.book(symbol) for symbol in symbols])
        volumes = np.nan_to_num(self._market.live.quote_volume_24h).tolist()
        busiest = sorted(followed, key=lambda row: -volumes[row])[: self._settings.trade_coins]
        await self.trades.want(
            [self._names.trades(self._market.universe.coin(row).symbol) for row in sorted(busiest)]
        )
        self._hear_liquidation_orders()

    async def end(self) -> None:
        """End all connections."""
        for group in self.groups:
            await group.want(())

    def _candle_connection(self, name: str) -> Connection:
        connection = self._make(name, StreamKind.CANDLES)
        connection.opened = self._candles_opened
        connection.lost = self._candles_lost
        connection.changed = self._candles_changed
        return connection

    def _market_connection(self, name: str) -> Connection:
        connection = self._make(name, StreamKind.MARKET)
        connection.opened = connection.changed = lambda _connection: self._hear_liquidation_orders()
        connection.lost = lambda _connection: self._interrupted(
            EventFeed.LIQUIDATION_ORDERS, self._market.rows
        )
        connection.broken = self._market_broken
        return connection

    def _trade_connection(self, name: str) -> Connection:
        connection = self._make(name, StreamKind.TRADES)
        connection.opened = connection.changed = self._hear_trades
        connection.lost = lambda lost: self._interrupted(EventFeed.AGGREGATE_TRADES, self._rows(lost.wanted))
        connection.broken = self._trades_broken
        return connection

    def _candles_opened(self, connection: Connection) -> None:
        """Coins without a gap are fresh again; the others once their gap is repaired."""
        self._candles_changed(connection)
        for row in self._rows(connection.wanted).tolist():
            if self._repairs.missing(row):
                self._repairs.try_now(row)
                self._repairs.want(row, Urgency.REPAIR)
            else:
                self._staleness.clear(row, Staleness.LOST)

    def _candles_lost(self, connection: Connection) -> None:
        for row in self._rows(connection.wanted).tolist():
            if self._market.universe.is_trading(row):
                self._staleness.mark(row, Staleness.LOST)
                self._market.unheard.add(row)

    def _candles_changed(self, connection: Connection) -> None:
        self._market.unheard.difference_update(self._rows(connection.subscribed).tolist())

    def _hear_liquidation_orders(self) -> None:
        if any(connection.is_connected for connection in self.market.connections):
            rows = np.array(self._market.universe.trading_rows, dtype=np.int64)
            self._market.coverage.opened(EventFeed.LIQUIDATION_ORDERS, rows, self._clock.now_ms())

    def _hear_trades(self, connection: Connection) -> None:
        heard = self._rows(connection.subscribed)
        coverage = self._market.coverage
        coverage.opened(EventFeed.AGGREGATE_TRADES, heard, self._clock.now_ms())
        every = {row for known in self.trades.connections for row in self._rows(known.subscribed).tolist()}
        silent = [row for row in self._market.rows.tolist() if row not in every]
        self._interrupted(EventFeed.AGGREGATE_TRADES, np.array(silent, dtype=np.int64))

    def _market_broken(self, _connection: Connection) -> None:
        """The unreadable message may have been a liquidation order: what was received is no longer complete."""
        self._interrupted(EventFeed.LIQUIDATION_ORDERS, self._market.rows)
        self._hear_liquidation_orders()

    def _trades_broken(self, connection: Connection) -> None:
        self._interrupted(EventFeed.AGGREGATE_TRADES, self._rows(connection.wanted))
        self._hear_trades(connection)

    def _interrupted(self, feed: EventFeed, rows: IntArray) -> None:
        self._market.coverage.interrupted(feed, rows)

    def _rows(self, streams: Iterable[str]) -> IntArray:
        """Rows of the coins of these streams."""
        found = (self._market.universe.row(self._names.symbol(stream)) for stream in streams)
        return np.array([row for row in found if row is not None], dtype=np.int64)
