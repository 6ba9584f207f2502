"""Closed 5m candles of all coins, in one ring on one grid."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.panel import WINDOW, Panel

FIELDS = ("open", "high", "low", "close", "volume")
_SPARE = 36
"""Columns beyond the window, so that a late repair of the oldest candles does not collide with the newest."""
_ROOM = 1024
"""Coins for which address space is reserved: it costs nothing until written to, and no listing copies the ring."""


class Arrival(Enum):
    """What became of a closed candle that arrived."""

    ADDED = "added"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"
    TOO_OLD = "too old"
    IMPOSSIBLE = "impossible"


class CandleMemory:
    """The last ``window`` closed candles of each row; what is not known is NaN.

    A bar is the number of a candle on the 5m grid, as in :class:`hhq.panel.Panel`. Values are float64: open, high, low,
    close in USDT, volume in coins. The newest candle of any coin moves the ring for all: whoever writes must not accept
    one from the future.
    """

    def __init__(self, rows: int, window: int = WINDOW) -> None:
        self.window = window
        self._capacity = window + _SPARE
        self._room = np.empty((_ROOM, len(FIELDS), self._capacity))
        self._written = 0
        self._writing = threading.Lock()
        self._newest = -1
        self._last = np.full(0, -1, dtype=np.int64)
        # The oldest candle of the unbroken run that ends with the coin's newest one.
        self._run = np.zeros(0, dtype=np.int64)
        self._begin = np.full(0, -1, dtype=np.int64)
        self._values = self._of_rows(0)
        self.grow(rows)

    @property
    def rows(self) -> int:
        """Number of coins."""
        return int(self._last.size)

    @property
    def newest_bar(self) -> int:
        """The newest bar of any coin, −1 without candles."""
        return self._newest

    def last_bar(self, row: int) -> int:
        """The newest bar of a coin, −1 without candles."""
        return int(self._last[row])

    @property
    def last_bars(self) -> IntArray:
        """The newest bar of every coin, int64 (rows,), −1 without candles."""
        return self._last.copy()

    def prepare(self, rows: int) -> None:
        """Touch the memory that ``rows`` coins need, so that :meth:`grow` is quick later.

        May be called in another thread: it touches no existing coin, and releases the GIL while it writes.
        """
        with self._writing:
            last = min(rows, len(self._room))
            if last > self._written:
                self._room[self._written : last] = np.nan
                self._written = last

    def grow(self, rows: int) -> None:
        """Make room for ``rows`` coins; never fewer than before."""
        more = rows - self.rows
        if more > 0:
            if rows > len(self._room):
                self._move(2 * rows)
            self.prepare(rows)
            nothing = np.full(more, -1, dtype=np.int64)
            self._last = np.concatenate([self._last, nothing])
            self._begin = np.concatenate([self._begin, nothing])
            self._run = np.concatenate([self._run, np.zeros(more, dtype=np.int64)])
            self._values = self._of_rows(rows)

    def begin(self, row: int, bar: int) -> None:
        """Note that the exchange has no candle of the coin before ``bar`` (it was listed then)."""
        self._begin[row] = bar

    def begin_of(self, row: int) -> int:
        """The coin's first candle on the exchange, −1 while unknown."""
        return int(self._begin[row])

    def put(self, row: int, bar: int, values: Sequence[float], *, correct: bool = True) -> Arrival:
        """Take in a closed candle: open, high, low, close (USDT), volume (coins).

        A known candle with other values is replaced if ``correct``, else it stays (CONFLICTING).
        """
        if not _possible(values):
            return Arrival.IMPOSSIBLE
        if bar <= self._newest - self._capacity:
            return Arrival.TOO_OLD
        self._advance(bar)
        cell = self._values[:, row, bar % self._capacity]
        if np.isnan(cell[0]):
            cell[:] = values
            self._note(row, bar)
            return Arrival.ADDED
        if np.array_equal(cell, values):
            return Arrival.REPEATED
        if not correct:
            return Arrival.CONFLICTING
        cell[:] = values
        return Arrival.CORRECTED

    def put_many(self, row: int, first_bar: int, values: FloatArray) -> Counter[Arrival]:
        """Take in a stretch of closed candles, float64 (fields, bars); NaN column = no candle. Like :meth:`put` for each."""
        here = ~np.isnan(values[0])
        possible = here & _possible_columns(values)
        counts = Counter({Arrival.IMPOSSIBLE: int(np.count_nonzero(here & ~possible))})
        if not possible.any():
            return +counts
        bars = first_bar + np.arange(values.shape[1])
        self._advance(int(bars[possible][-1]))
        kept = possible & (bars > self._newest - self._capacity)
        bars, fresh = bars[kept], values[:, kept]
        columns = bars % self._capacity
        before = self._values[:, row, columns]
        unknown = np.isnan(before[0])
        differs = ~unknown & (before != fresh).any(axis=0)
        self._values[:, row, columns] = fresh
        counts[Arrival.TOO_OLD] = int(np.count_nonzero(possible)) - bars.size
        counts[Arrival.ADDED] = int(np.count_nonzero(unknown))
        counts[Arrival.CORRECTED] = int(np.count_nonzero(differs))
        counts[Arrival.REPEATED] = bars.size - counts[Arrival.ADDED] - counts[Arrival.CORRECTED]
        if bars.size:
            self._last[row] = max(self._last[row], bars[-1])
            self._run[row] = self._last[row]
            self._extend(row, int(self._last[row]))
        return +counts

    def missing(self, row: int, first: int, last: int) -> list[tuple[int, int]]:
        """The stretches (first and last bar) between two bars for which the coin has no candle."""
        first = max(first, self._newest - self._capacity + 1)
        if first > last:
            return []
        if self._last[row] < 0:
            return [(first, last)]
        bars = np.arange(first, last + 1)
        absent = np.isnan(self._values[0, row, bars % self._capacity]) | (bars > self._newest)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], absent, [False]]).astype(np.int8)))
        return [(first + int(a), first + int(b) - 1) for a, b in edges.reshape(-1, 2)]

    def values_at(self, row: int, bar: int) -> tuple[float, ...] | None:
        """Open, high, low, close, volume of a candle; None for an unknown one."""
        if not self._newest - self._capacity < bar <= self._newest:
            return None
        cell = self._values[:, row, bar % self._capacity]
        return None if np.isnan(cell[0]) else tuple(cell.tolist())

    def whole(self, bar: int) -> BoolArray:
        """Whether each coin has candle ``bar`` and every one before it, back to the start of the window or of the coin.

        bool (rows,). False for a coin whose start is unknown and whose window is not full, and for every coin if the ring
        no longer reaches back a whole window from ``bar``.
        """
        if not self._newest - _SPARE <= bar <= self._newest:
            return np.zeros(self.rows, dtype=np.bool_)
        needed = np.maximum(bar - self.window + 1, self._begin)
        inside: BoolArray = (self._last >= bar) & (self._run <= needed) & (needed <= bar)
        # A newer candle after a hole has started another run: check the candles up to ``bar`` one by one.
        for row in np.flatnonzero((self._last > bar) & (self._run > needed) & (needed <= bar)):
            inside[row] = not self.missing(int(row), int(needed[row]), bar)
        return inside

    def panel(
        self, symbols: tuple[str, ...], rows: IntArray, last_bar: int, bars: int | None = None
    ) -> Panel:
        """A copy of the ``bars`` (default: window) candles of these rows up to and including ``last_bar``."""
        count = self.window if bars is None else bars
        chosen: IntArray | slice = rows
        if len(rows) and int(rows[-1]) - int(rows[0]) == len(rows) - 1 and (np.diff(rows) == 1).all():
            # Neighbouring rows are copied straight from the ring, without an intermediate array.
            chosen = slice(int(rows[0]), int(rows[-1]) + 1)
        prices = np.empty((len(FIELDS), len(rows), count))
        first = last_bar - count + 1
        known, end = max(first, self._newest - self._capacity + 1), min(last_bar, self._newest)
        prices[:, :, : max(known - first, 0)] = np.nan
        prices[:, :, max(end - first + 1, 0) :] = np.nan
        for bar, columns in self._stretches(known, end):
            place = bar - first
            length = columns.stop - columns.start
            prices[:, :, place : place + length] = self._values[:, chosen, columns]
        return Panel(symbols, first, *prices)

    def _note(self, row: int, bar: int) -> None:
        """Update the newest bar and its unbroken run after a candle has been added."""
        last = int(self._last[row])
        if bar > last:
            self._last[row] = bar
            if bar != last + 1 or last < 0:
                self._run[row] = bar
                self._extend(row, bar)
        elif bar == self._run[row] - 1:
            self._extend(row, bar)

    def _extend(self, row: int, bar: int) -> None:
        """Move the run's start back from ``bar`` as far as candles are known without a hole."""
        oldest = max(self._newest - self._capacity + 1, 0)
        bars = np.arange(oldest, bar)
        holes = np.flatnonzero(np.isnan(self._values[0, row, bars % self._capacity]))
        self._run[row] = oldest + int(holes[-1]) + 1 if holes.size else oldest

    def _advance(self, bar: int) -> None:
        if bar <= self._newest:
            return
        if self._newest >= 0:
            first = max(self._newest + 1, bar - self._capacity + 1)
            for _, columns in self._stretches(first, bar):
                self._values[:, :, columns] = np.nan
        self._newest = bar

    def _stretches(self, first: int, last: int) -> Iterator[tuple[int, slice]]:
        """The candles from ``first`` to ``last`` as pieces of the ring: the first bar and the columns of each."""
        while first <= last:
            column = first % self._capacity
            length = min(self._capacity - column, last - first + 1)
            yield first, slice(column, column + length)
            first += length

    def _move(self, rows: int) -> None:
        """Move all candles to memory for ``rows`` coins."""
        room = np.empty((rows, *self._room.shape[1:]))
        room[: self._written] = self._room[: self._written]
        self._room = room

    def _of_rows(self, rows: int) -> FloatArray:
        """The memory of the first ``rows`` coins, by field, row and column of the ring."""
        return self._room[:rows].transpose(1, 0, 2)


def _possible_columns(values: FloatArray) -> BoolArray:
    opened, high, low, close, volume = values
    prices = (low > 0.0) & (low <= np.minimum(opened, close)) & (np.maximum(opened, close) <= high)
    result: BoolArray = prices & (high < np.inf) & (volume >= 0.0) & (volume < np.inf)
    return result


def _possible(values: Sequence[float]) -> bool:
    opened, high, low, close, volume = values
    prices = 0.0 < low <= min(opened, close) and max(opened, close) <= high
    return bool(prices and high < float("inf") and 0.0 <= volume < float("inf"))
