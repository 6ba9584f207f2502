"""Which coins' closing candles have arrived, and which candles have changed since they were decided."""

from __future__ import annotations

import asyncio

from companion.ground.clock import Clock
from hhq.arrays import IntArray


class CandleArrivals:
    """Listens to the market memory; belongs to the event loop."""

    def __init__(self) -> None:
        self._bar = -1
        self._awaited: set[int] = set()
        self._nobody_came = False
        self._changed: dict[int, int] = {}
        self._came = asyncio.Event()

    def candle_closed(self, row: int, bar: int) -> None:
        """Note a candle that was added or corrected."""
        self._changed[row] = min(bar, self._changed.get(row, bar))
        if bar < self._bar or row not in self._awaited:
            return
        self._awaited.discard(row)
        if self._nobody_came or not self._awaited:
            self._nobody_came = False
            self._came.set()

    def book_changed(self, row: int, time_ms: int) -> None:
        """Nothing: the live refresh reads the values once a second."""

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """Nothing: a matter of the recorder."""

    def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """Nothing: a matter of the recorder."""

    def take_changed(self, until_bar: int) -> set[int]:
        """Rows with a candle up to ``until_bar`` that was added or corrected since the last call."""
        taken = {row for row, bar in self._changed.items() if bar <= until_bar}
        for row in taken:
            del self._changed[row]
        return taken

    async def wait(self, bar: int, candles: IntArray, clock: Clock, until_ms: int, at_most_ms: int) -> None:
        """Return once candle ``bar`` of every coin has arrived, at ``until_ms`` (wall time) at the latest.

        ``candles``: row and newest bar of every coin that is waited for, int64 (rows, 2). As long as not one has arrived,
        the wait goes on up to ``at_most_ms``: the clocks differ or the streams have just come back, and deciding nobody
        would help nobody.
        """
        missing = candles[candles[:, 1] < bar, 0]
        self._bar, self._awaited = bar, set(missing.tolist())
        self._nobody_came = missing.size == candles.shape[0]
        try:
            while self._awaited:
                bound = at_most_ms if self._nobody_came else until_ms
                left = (bound - clock.now_ms()) / 1000.0
                if left <= 0.0:
                    return
                self._came.clear()
                await first_of(self._came, clock, left)
        finally:
            self._awaited = set()


async def first_of(event: asyncio.Event, clock: Clock, seconds: float) -> None:
    """Return when the event is set or ``seconds`` have passed."""
    waits = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
