"""The newest values of every coin, between candle closes."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from hhq.arrays import FloatArray, IntArray

VALUES = (
    "last_price", "mark_price", "index_price", "funding_rate", "bid", "ask", "bid_quantity", "ask_quantity",
    "quote_volume_24h",
)  # fmt: skip
TIMES = ("ticker_ms", "book_ms", "mark_ms", "candle_ms", "next_funding_ms")


class LiveMarket:
    """Arrays of shape (rows,): values float64 with NaN = n/a, times int64 in ms UTC with 0 = never.

    Prices in USDT, quantities in coins, ``quote_volume_24h`` in USDT, ``funding_rate`` (the next one) in % per 8 h. Times
    are when this process received the newest ticker, book ticker, mark price and candle event; ``next_funding_ms``: when
    the next funding is settled.
    """

    last_price: FloatArray
    mark_price: FloatArray
    index_price: FloatArray
    funding_rate: FloatArray
    bid: FloatArray
    ask: FloatArray
    bid_quantity: FloatArray
    ask_quantity: FloatArray
    quote_volume_24h: FloatArray
    ticker_ms: IntArray
    book_ms: IntArray
    mark_ms: IntArray
    candle_ms: IntArray
    next_funding_ms: IntArray

    def __init__(self, rows: int) -> None:
        for name in VALUES:
            setattr(self, name, np.full(rows, np.nan))
        for name in TIMES:
            setattr(self, name, np.zeros(rows, dtype=np.int64))

    @property
    def rows(self) -> int:
        """Number of coins."""
        return int(self.last_price.size)

    def grow(self, rows: int) -> None:
        """Make room for ``rows`` coins; never fewer than before. The arrays are replaced: do not keep them."""
        more = rows - self.rows
        if more <= 0:
            return
        for name in VALUES:
            setattr(self, name, np.concatenate([getattr(self, name), np.full(more, np.nan)]))
        for name in TIMES:
            setattr(self, name, np.concatenate([getattr(self, name), np.zeros(more, dtype=np.int64)]))


class MarketListener(Protocol):
    """Is notified of events as they arrive; called in the event loop, so it must return at once.

    Times are the exchange's in ms UTC; ``side`` +1 buy, −1 sell (of the taker, of the liquidation order); notional in
    USDT.
    """

    def candle_closed(self, row: int, bar: int) -> None:
        """A closed candle was added or corrected; of a backfilled stretch of history, the newest one."""

    def book_changed(self, row: int, time_ms: int) -> None:
        """Best bid and ask of :class:`LiveMarket` have changed."""

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """A position was liquidated by an order of this side."""

    def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """A trade took place."""
