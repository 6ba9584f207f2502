"""The recorder: samples every few seconds, one sealed row per coin at each candle's close (docs/recorder.md)."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from companion.ground.clock import Clock
from companion.ground.layout import ROOT
from companion.market.memory import MarketMemory
from companion.recorder.availability import Availability
from companion.recorder.folder_lock import only_recorder
from companion.recorder.keeper import Keeper
from companion.recorder.live_inputs import BookState, LiveInputs
from companion.recorder.sealed import SealedRows
from companion.recorder.sealer import Sealer
from companion.recorder.status import RecorderStatus
from companion.settings.recorder import RecorderSettings
from hhq.panel import CANDLE_MS, RecordedRows
from hhq_shared.recorded_format import INPUTS


class Recorder:
    """Receives events as a MarketListener and seals one row per coin and candle.

    ``sealed`` is for the scanner, :meth:`now` for what is refreshed between closes. :meth:`run` is the supervised task; it
    may be started again after it has ended. ``folder`` is ``settings.folder`` unless given, relative to the project.
    """

    def __init__(
        self, market: MarketMemory, clock: Clock, settings: RecorderSettings, folder: Path | None = None
    ) -> None:
        self._market = market
        self._clock = clock
        self._settings = settings
        self._folder = ROOT / settings.folder if folder is None else folder
        self.sealed = SealedRows(market, clock)
        self._inputs = LiveInputs(market, settings)
        self._sealer = Sealer(self.sealed, clock)
        self._keeper = Keeper(self._folder, settings.largest_mb)
        self._availability = Availability(clock.now_ms(), {}, settings.alarm_hours)
        self._book: BookState | None = None
        self._recording = False
        market.listeners.append(self)

    def candle_closed(self, row: int, bar: int) -> None:
        """Nothing: candles are sealed by the clock, not on arrival."""

    def book_changed(self, row: int, time_ms: int) -> None:
        """Nothing: the book is sampled."""

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """Take in a liquidation order, ``notional`` in USDT."""
        self._inputs.liquidation_order(row, time_ms, side, notional)

    def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """Take in an aggregate trade, ``notional`` in USDT."""
        self._inputs.trade(row, time_ms, side, notional)

    def now(self) -> RecordedRows:
        """The inputs as of the last sample and all events until now, float64 (rows, 1); funding as recorded.

        For what is shown between closes; decisions of closed candles read :attr:`sealed`.
        """
        rows = len(self._market.universe)
        if self._book is None:
            return RecordedRows.not_available(rows, 1)
        known = self._inputs.row(self._book, self._clock.now_ms())[: len(INPUTS)]
        values = np.full((len(INPUTS), rows, 1), np.nan)
        values[:, : known.shape[1], 0] = known
        return RecordedRows(*values)

    def status(self) -> RecorderStatus:
        """What the API shows."""
        sealer, keeper = self._sealer, self._keeper
        return RecorderStatus(
            recording=self._recording,
            sealed_bar=sealer.sealed_bar,
            sealed_after_ms=sealer.sealed_after_ms,
            sealed=sealer.sealed_count,
            void=dict(sealer.void),
            not_available_since_ms=self._availability.since_ms(),
            alarms=self._availability.alarms(),
            archive_bytes=keeper.size[0],
            archive_days=keeper.size[1],
            write_errors=sealer.write_errors + keeper.write_errors,
            last_error=sealer.last_error or keeper.last_error,
        )

    async def run(self) -> None:
        """Record until cancelled.

        Raises RecorderBusyError while another process records into the folder, OSError if it cannot be used.
        """
        with ExitStack() as ending:
            ending.enter_context(only_recorder(self._folder))
            ending.callback(self._keeper.end)
            now = self._clock.now_ms()
            earlier = await self._keeper.begin(now // CANDLE_MS, self._settings.whale_history)
            self._inputs.restore(earlier.flows)
            self._availability = Availability(now, earlier.last_available_ms, self._settings.alarm_hours)
            ending.callback(self._sealer.end)
            await self._sealer.begin(self._folder)
            ending.callback(self._stopped)
            self._recording = True
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keeper.run())
                tasks.create_task(self._sample())

    def _stopped(self) -> None:
        self._recording = False
        self._book = None

    async def _sample(self) -> None:
        step = self._settings.sample_seconds * 1000
        due = (self._clock.now_ms() // step + 1) * step
        while True:
            await self._sleep_until(due)
            now = self._clock.now_ms()
            # A sample that was slept through is missing; it is not made up later from newer values.
            if now < due + step:
                self._book = self._inputs.sample(due, now)
                if due % CANDLE_MS == 0:
                    await self._close(due // CANDLE_MS - 1, self._book)
            elif self._sealer.announced is not None and self._sealer.announced < now // CANDLE_MS:
                await self._sealer.give_up("late", now // CANDLE_MS)
            due = max(due + step, self._clock.now_ms() // step * step)

    async def _close(self, bar: int, book: BookState) -> None:
        close = (bar + 1) * CANDLE_MS
        await self._sleep_until(close + self._settings.seal_after_ms)
        pairs = tuple(coin.pair for coin in self._market.universe.coins[: book.imbalance.size])
        values = self._inputs.row(book, close)
        if await self._sealer.seal(bar, pairs, values[: len(INPUTS)]):
            self._keeper.put(bar, pairs, values)
        self._inputs.close(values, close)
        self._availability.observe(values[: len(INPUTS)], close)

    async def _sleep_until(self, time_ms: int) -> None:
        while (left := time_ms - self._clock.now_ms()) > 0:
            await self._clock.sleep(left / 1000.0)
