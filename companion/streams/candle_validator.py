"""The one way into the candle memory: only closed candles, and none from the future."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from companion.market.candles import FIELDS, Arrival
from companion.market.memory import MarketMemory
from companion.streams.clock import ExchangeClock
from companion.streams.counters import Counters
from companion.streams.staleness_monitor import StalenessMonitor
from companion.streams.status import Staleness
from companion.venues.events import CandleValues
from companion.venues.values import CandleHistory
from hhq.arrays import FloatArray
from hhq.panel import CANDLE_MS


class CandleValidator:
    """Accepts candles that the exchange calls closed, and REST candles that are closed."""

    def __init__(
        self, market: MarketMemory, clock: ExchangeClock, staleness: StalenessMonitor, counters: Counters
    ) -> None:
        self._market = market
        self._clock = clock
        self._staleness = staleness
        self._counters = counters
        self._streamed: dict[int, int] = {}
        self.doubted: Callable[[int, int], None] = _nobody_asks

    def from_stream(self, row: int, bar: int, values: CandleValues) -> None:
        """Take in a candle that the exchange calls closed. It never changes what is already known."""
        if self._clock.lies_ahead((bar + 1) * CANDLE_MS):
            self._counters.add("candles_future")
            return
        last = self._market.candles.last_bar(row)
        if 0 <= last < bar - 1:
            # Marked before anybody learns of the newer candle.
            self._staleness.mark(row, Staleness.GAP)
        arrival = self._market.close_candle(row, bar, values, correct=False)
        self._counters.add(f"candles_{arrival.name.lower()}")
        if arrival is Arrival.ADDED:
            self._streamed[row] = max(bar, self._streamed.get(row, -1))
        elif arrival is Arrival.CONFLICTING:
            self.doubted(row, bar)

    def came_over_rest(self, row: int) -> bool:
        """Whether the coin's newest candle came over REST."""
        return self._market.candles.last_bar(row) > self._streamed.get(row, -1)

    def from_rest(self, row: int, asked_bar: int, history: CandleHistory, asked_ms: int) -> None:
        """Take in an answer to a request for the candles from ``asked_bar`` on.

        The last candle is taken only if it had surely closed at ``asked_ms``, the exchange's time before the request: an
        answer may wait for long before it is read. A candle that another one follows has closed. A hole between two
        candles is a time for which the exchange has none: it is padded as Freqtrade pads it, with the close before it
        and no volume.
        """
        bars = history.bars
        closed = len(bars) - 1 if bars and not self._surely_closed(bars[-1], asked_ms) else len(bars)
        if bars and bars[0] > asked_bar:
            self._nothing_before(row, asked_bar, bars[0])
        if not closed:
            return
        first = bars[0]
        columns = np.full((len(FIELDS), bars[closed - 1] - first + 1), np.nan)
        columns[:, np.array(bars[:closed]) - first] = history.values[:, :closed]
        self._take(row, first, columns)

    def _nothing_before(self, row: int, asked_bar: int, first: int) -> None:
        """The exchange has no candle from ``asked_bar`` up to ``first``: the coin's history begins there, or has a hole."""
        before = self._market.candles.values_at(row, asked_bar - 1)
        if before is None:
            self._market.candles.begin(row, first)
        else:
            columns = np.full((len(FIELDS), first - asked_bar + 1), np.nan)
            columns[:, 0] = before
            self._take(row, asked_bar - 1, columns)

    def _take(self, row: int, first: int, columns: FloatArray) -> None:
        holes = np.flatnonzero(np.isnan(columns[0]))
        columns = _without_holes(columns)
        for place in holes:
            # A candle that a stream has delivered outweighs its absence over REST.
            if self._market.candles.values_at(row, first + int(place)) is not None:
                columns[:, place] = np.nan
            else:
                self._counters.add("candles_without_trade")
        for arrival, number in self._market.backfill_candles(row, first, columns).items():
            self._counters.add(f"candles_{arrival.name.lower()}", number)

    def _surely_closed(self, bar: int, at_ms: int) -> bool:
        return self._clock.surely_past((bar + 1) * CANDLE_MS, at_ms)


def _without_holes(columns: FloatArray) -> FloatArray:
    """Pad columns that are NaN with the close before them and no volume; the first column is known."""
    known = ~np.isnan(columns[0])
    source = np.maximum.accumulate(np.where(known, np.arange(known.size), 0))
    flat = np.repeat(columns[3, source][np.newaxis], len(FIELDS), axis=0)
    flat[4] = 0.0
    return np.where(known, columns, flat)


def _nobody_asks(_row: int, _bar: int) -> None:
    """Do nothing: nobody is there yet to query the exchange for the right value."""
