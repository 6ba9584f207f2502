"""Candles as arrays, and their aggregation to longer intervals on the clock's grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BASE_INTERVAL = 5 * MINUTE

INTERVALS: dict[str, int] = {
    "5m": BASE_INTERVAL,
    "15m": 15 * MINUTE,
    "30m": 30 * MINUTE,
    "1h": HOUR,
    "2h": 2 * HOUR,
    "4h": 4 * HOUR,
    "6h": 6 * HOUR,
    "8h": 8 * HOUR,
    "12h": 12 * HOUR,
    "1d": DAY,
    "3d": 3 * DAY,
    "1w": 7 * DAY,
}
# 1970-01-01 was a Thursday; weeks begin on Monday.
_WEEK_ANCHOR = 4 * DAY


def bucket_start(time_ms: int, interval: int) -> int:
    """Open time of the candle of length `interval` (ms) that contains `time_ms`."""
    anchor = _WEEK_ANCHOR if interval == 7 * DAY else 0
    return (time_ms - anchor) // interval * interval + anchor


@dataclass(frozen=True, slots=True)
class Candles:
    """Columns of equal length, oldest row first: open time (ms), prices, volume in coins."""

    time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    def __len__(self) -> int:
        return len(self.time)

    def between(self, start: int, end: int) -> Candles:
        """Candles whose open time lies in [start, end)."""
        first, last = np.searchsorted(self.time, (start, end))
        return self.rows(int(first), int(last))

    def rows(self, first: int, last: int) -> Candles:
        """Rows first..last-1 (views, no copies)."""
        return Candles(
            self.time[first:last],
            self.open[first:last],
            self.high[first:last],
            self.low[first:last],
            self.close[first:last],
            self.volume[first:last],
        )

    def shifted(self, offset: int) -> Candles:
        """The same candles `offset` ms later."""
        return Candles(self.time + offset, self.open, self.high, self.low, self.close, self.volume)

    def aggregated(self, interval: int) -> Candles:
        """Candles of `interval` ms; a bucket with missing rows is built from those that exist."""
        if len(self) == 0:
            return self
        starts, buckets = bucket_rows(self.time, interval)
        ends = np.append(starts[1:], len(self)) - 1
        return Candles(
            buckets,
            self.open[starts],
            np.maximum.reduceat(self.high, starts),
            np.minimum.reduceat(self.low, starts),
            self.close[ends],
            np.add.reduceat(self.volume, starts),
        )


def bucket_rows(time: IntArray, interval: int) -> tuple[IntArray, IntArray]:
    """First row of each bucket and the buckets' open times, for ascending open times `time` (ms)."""
    anchor = _WEEK_ANCHOR if interval == 7 * DAY else 0
    buckets = (time - anchor) // interval * interval + anchor
    starts = np.flatnonzero(np.r_[True, buckets[1:] != buckets[:-1]]).astype(np.int64)
    return starts, buckets[starts]


def joined(earlier: Candles, later: Candles) -> Candles:
    """`earlier` followed by `later`; rows of `earlier` from `later`'s first open time on are dropped."""
    if len(later) == 0:
        return earlier
    if len(earlier) == 0:
        return later
    kept = earlier.rows(0, int(np.searchsorted(earlier.time, later.time[0])))
    return Candles(
        np.concatenate((kept.time, later.time)),
        np.concatenate((kept.open, later.open)),
        np.concatenate((kept.high, later.high)),
        np.concatenate((kept.low, later.low)),
        np.concatenate((kept.close, later.close)),
        np.concatenate((kept.volume, later.volume)),
    )
