"""Since when the feeds of single events have run without a gap: only then does silence mean 0 and not n/a."""

from __future__ import annotations

from enum import Enum

import numpy as np

from hhq.arrays import IntArray


class EventFeed(Enum):
    """Feeds in which silence may mean that nothing happened, or that nobody listened."""

    LIQUIDATION_ORDERS = "liquidation orders"
    AGGREGATE_TRADES = "aggregate trades"


class EventCoverage:
    """Per feed and row the time (ms UTC) since which every event of the coin has been received; 0 = not received.

    Whoever reads a stream calls :meth:`opened` once it is subscribed, and :meth:`interrupted` as soon as it is lost;
    an overlapping rotation of connections is no interruption.
    """

    def __init__(self, rows: int) -> None:
        self._since = {feed: np.zeros(rows, dtype=np.int64) for feed in EventFeed}

    def since(self, feed: EventFeed) -> IntArray:
        """Start of the unbroken feed, ms UTC, int64 (rows,), 0 where there is none; not to be written to."""
        return self._since[feed]

    def opened(self, feed: EventFeed, rows: IntArray, time_ms: int) -> None:
        """Note that the feed of these rows runs from ``time_ms`` on; one that is running already keeps its start."""
        since = self._since[feed]
        since[rows] = np.where(since[rows] > 0, since[rows], time_ms)

    def interrupted(self, feed: EventFeed, rows: IntArray) -> None:
        """Note that the feed of these rows is lost."""
        self._since[feed][rows] = 0

    def grow(self, rows: int) -> None:
        """Make room for ``rows`` coins; the feeds of added coins are not running yet."""
        for feed, since in self._since.items():
            more = rows - since.size
            if more > 0:
                self._since[feed] = np.concatenate([since, np.zeros(more, dtype=np.int64)])
