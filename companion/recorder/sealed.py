"""The sealed rows as the scanner reads them: exactly what the strategy reads, or nothing on both sides."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import numpy as np

from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from hhq.arrays import FloatArray
from hhq.panel import CANDLE_MS, RecordedRows
from hhq_shared.newest_rows import WAIT_MS
from hhq_shared.recorded_format import INPUTS, KEPT_CANDLES, NewestRows

_GRACE_MS = 1_000
_FUNDING = INPUTS.index("funding_rate")


class SealedRows:
    """Rows of the last candles by bar. A candle is *announced* before it closes, then *settled*: sealed or void.

    A candle that is void, or was never announced, is n/a; one from before the start is what the last run left. What is
    settled never changes. All methods belong to the event loop.
    """

    def __init__(self, market: MarketMemory, clock: Clock) -> None:
        self._market = market
        self._clock = clock
        self._rows: OrderedDict[int, FloatArray] = OrderedDict()
        self._announced: dict[int, asyncio.Event] = {}
        self._begun: set[int] = set()
        self._earlier: NewestRows | None = None

    def take_over(self, rows: NewestRows) -> None:
        """Begin with the rows that the last run left, which a running strategy goes on reading."""
        self._earlier = rows

    def at(self, bar: int) -> RecordedRows:
        """The rows of a candle, float64 (rows of the market memory, 1); n/a unless it is sealed.

        ``funding_rate`` is always NaN here: decisions use the settled rates of :mod:`hhq.funding`.
        """
        coins = len(self._market.universe)
        values = np.full((len(INPUTS), coins, 1), np.nan)
        known = self._rows.get(bar)
        if known is not None:
            values[:, : known.shape[1], 0] = known
        elif bar not in self._announced:
            self._write_earlier(bar, values)
        values[_FUNDING] = np.nan
        return RecordedRows(*values)

    async def sealed(self, bar: int) -> RecordedRows:
        """Wait until the candle is settled, at most until 2 s after its close; then return what :meth:`at` says.

        Returns at once for a candle that was not announced.
        """
        settled = self._announced.get(bar)
        if settled is not None and not settled.is_set():
            await self._wait(settled, (bar + 1) * CANDLE_MS + WAIT_MS)
            if bar in self._begun and not settled.is_set():
                # It is being written: what the strategy sees is decided already, and known here in a moment.
                await self._wait(settled, self._clock.now_ms() + _GRACE_MS)
            if not settled.is_set():
                self.settle(bar, None)
        return self.at(bar)

    def is_settled(self, bar: int) -> bool:
        """Whether nothing can change for this candle any more."""
        settled = self._announced.get(bar)
        return settled is None or settled.is_set()

    def announce(self, bar: int) -> None:
        """Expect a row of this candle."""
        self._announced.setdefault(bar, asyncio.Event())
        for old in [known for known in self._announced if known <= bar - KEPT_CANDLES]:
            del self._announced[old]
            self._begun.discard(old)

    def begin(self, bar: int) -> bool:
        """Claim the right to seal a candle; False if it was not announced or is already settled."""
        if self.is_settled(bar):
            return False
        self._begun.add(bar)
        return True

    def settle(self, bar: int, values: FloatArray | None) -> None:
        """Settle a candle: ``values`` float64 (fields of RecordedRows, rows), None = void."""
        settled = self._announced.get(bar)
        if settled is None or settled.is_set():
            return
        if values is not None:
            self._rows[bar] = values
            while len(self._rows) > KEPT_CANDLES:
                self._rows.popitem(last=False)
        settled.set()

    def _write_earlier(self, bar: int, values: FloatArray) -> None:
        earlier, universe = self._earlier, self._market.universe
        if earlier is None or not 0 <= earlier.newest_bar - bar < KEPT_CANDLES:
            return
        known = earlier.values[:, :, bar - earlier.newest_bar - 1]
        for place, pair in enumerate(earlier.pairs):
            row = universe.row(pair)
            if row is not None:
                values[:, row, 0] = known[:, place]

    async def _wait(self, settled: asyncio.Event, until_ms: int) -> None:
        left = (until_ms - self._clock.now_ms()) / 1000.0
        if left <= 0.0:
            return
        waits = [asyncio.ensure_future(settled.wait()), asyncio.ensure_future(self._clock.sleep(left))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
