"""Closed 5m candles of all coins in one ring on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.panel import WINDOW, Panel

FIELDS = ("open", "high", "low", "close", "volume")
_SPARE = 36
"""Columns beyond the window, so that a late repair of the oldest candles does not meet the newest."""


class Arrival(Enum):
    """What became of a closed candle that arrived."""

    ADDED = "added"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    TOO_OLD = "too old"
    IMPOSSIBLE = "impossible"


class CandleMemory:
    """The last ``window`` closed candles of each row; what is not known is NaN.

    A bar is the clock number of a candle as in :class:`hhq.panel.Panel`. Values are float64: open, high, low, close in
    USDT, volume in coins.
    """

    def __init__(self, rows: int, window: int = WINDOW) -> None:
        self.window = window
        self._capacity = window + _SPARE
        self._values = np.full((len(FIELDS), rows, self._capacity), np.nan)
        self._newest = -1
        self._last = np.full(rows, -1, dtype=np.int64)

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

    def grow(self, rows: int) -> None:
        """Make room for ``rows`` coins; never fewer than before."""
        more = rows - self.rows
        if more > 0:
            empty = np.full((len(FIELDS), more, self._capacity), np.nan)
            self._values = np.concatenate([self._values, empty], axis=1)
            self._last = np.concatenate([self._last, np.full(more, -1, dtype=np.int64)])

    def put(self, row: int, bar: int, values: Sequence[float]) -> Arrival:
        """Take a closed candle: open, high, low, close, volume.

        A known candle is replaced only where a value differs (the exchange corrected it).
        """
        if not _possible(values):
            return Arrival.IMPOSSIBLE
        if bar <= self._newest - self._capacity:
            return Arrival.TOO_OLD
        self._advance(bar)
        column = bar % self._capacity
        cell = self._values[:, row, column]
        before = cell.copy()
        cell[:] = values
        self._last[row] = max(self._last[row], bar)
        if np.isnan(before[0]):
            return Arrival.ADDED
        return Arrival.REPEATED if np.array_equal(before, cell) else Arrival.CORRECTED

    def missing(self, row: int, first: int, last: int) -> list[tuple[int, int]]:
        """The stretches (first and last bar) between two bars for which the coin has no candle."""
        first = max(first, self._newest - self._capacity + 1)
        if first > last:
            return []
        bars = np.arange(first, last + 1)
        absent = np.isnan(self._values[0, row, bars % self._capacity]) | (bars > self._newest)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], absent, [False]]).astype(np.int8)))
        return [(first + int(a), first + int(b) - 1) for a, b in edges.reshape(-1, 2)]

    def panel(
        self, symbols: tuple[str, ...], rows: IntArray, last_bar: int, bars: int | None = None
    ) -> Panel:
        """A copy of the ``bars`` (default: window) candles of these rows that end with ``last_bar``."""
        count = self.window if bars is None else bars
        clock = np.arange(last_bar - count + 1, last_bar + 1)
        columns = clock % self._capacity
        known = (clock > self._newest - self._capacity) & (clock <= self._newest)
        arrays: list[FloatArray] = []
        for values in self._values:
            part = np.ascontiguousarray(values[rows][:, columns])
            part[:, ~known] = np.nan
            arrays.append(part)
        return Panel(symbols, last_bar - count + 1, *arrays)

    def _advance(self, bar: int) -> None:
        if bar <= self._newest:
            return
        if self._newest >= 0:
            first = max(self._newest + 1, bar - self._capacity + 1)
            self._values[:, :, np.arange(first, bar + 1) % self._capacity] = np.nan
        self._newest = bar


def _possible(values: Sequence[float]) -> bool:
    opened, high, low, close, volume = values
    prices = 0.0 < low <= min(opened, close) and max(opened, close) <= high
    return bool(prices and high < float("inf") and 0.0 <= volume < float("inf"))
