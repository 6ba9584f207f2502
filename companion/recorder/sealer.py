"""Seals candles: announces each before it closes, then shows its row once, or declares it void for everybody."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import numpy as np

from companion.ground.clock import Clock
from companion.ground.own_thread import OwnThread
from companion.recorder.newest_file import NewestFile
from companion.recorder.sealed import SealedRows
from hhq.panel import CANDLE_MS
from hhq_shared.recorded_format import Float32Array

logger = logging.getLogger("companion.recorder")

LATEST_SEAL_MS = 1_000
"""A row whose sealing has not begun this long after the close is not sealed at all."""
LEAD_MS = 10_000
"""A candle is announced at least this long before its close, so that every reader knows of it in time."""


class Sealer:
    """Writes the newest file in a thread of its own, so that nothing else delays a row that others wait for.

    ``sealed_bar`` and ``sealed_after_ms`` are those of the newest sealed candle, ``void`` counts void ones by reason.
    """

    def __init__(self, sealed: SealedRows, clock: Clock) -> None:
        self._sealed = sealed
        self._clock = clock
        self._thread = OwnThread("newest-rows")
        self._file: NewestFile | None = None
        self._announced: int | None = None
        self.sealed_bar: int | None = None
        self.sealed_after_ms: int | None = None
        self.sealed_count = 0
        self.void: Counter[str] = Counter()
        self.write_errors = 0
        self.last_error: str | None = None

    async def begin(self, folder: Path) -> None:
        """Take over the newest rows of the last run and announce the candle that is forming."""
        self._thread.begin()
        self._file = await self._thread.do(lambda: NewestFile(folder))
        self._sealed.take_over(self._file.rows())
        await self._announce(self._clock.now_ms() // CANDLE_MS)

    def end(self) -> None:
        """Declare the announced candle void, and end the thread."""
        if self._announced is not None:
            self._sealed.settle(self._announced, None)
        self._announced = self._file = None
        self._thread.end()

    @property
    def announced(self) -> int | None:
        """The candle whose row is expected; None: no candle is announced."""
        return self._announced

    async def seal(self, bar: int, pairs: tuple[str, ...], values: Float32Array) -> bool:
        """Show the row of a candle, float32 (len(INPUTS), pairs); False if it is void."""
        close = (bar + 1) * CANDLE_MS
        if self._announced is not None and bar < self._announced:
            return False
        if bar != self._announced:
            await self.give_up("not announced", bar + 1)
        elif self._clock.now_ms() > close + LATEST_SEAL_MS or not self._sealed.begin(bar):
            await self.give_up("late", bar + 1)
        elif await self._show(bar, pairs, values):
            self.sealed_bar, self.sealed_after_ms = bar, self._clock.now_ms() - close
            self.sealed_count += 1
            return True
        return False

    async def give_up(self, reason: str, following: int) -> None:
        """Declare the announced candle void for ``reason``; announce the candle ``following``."""
        self._note_void(following - 1 if self._announced is None else self._announced, reason)
        await self._announce(following)

    async def _show(self, bar: int, pairs: tuple[str, ...], values: Float32Array) -> bool:
        file = self._opened()
        try:
            shown = await self._thread.do(lambda: file.publish(bar, pairs, values))
        except OSError as problem:
            self._failed(problem)
            await self.give_up("not written", bar + 1)
            return False
        if not shown:
            self._note_void(bar, "a bot went on without its row")
        self._sealed.settle(bar, values.astype(np.float64))
        self._announced = bar + 1
        self._sealed.announce(bar + 1)
        return shown

    async def _announce(self, bar: int) -> None:
        """Announce a candle if its close is far enough away; if not, none is announced until the next close."""
        self._announced = None
        if (bar + 1) * CANDLE_MS - self._clock.now_ms() < LEAD_MS:
            return
        file = self._opened()
        try:
            await self._thread.do(lambda: file.announce(bar))
        except OSError as problem:
            self._failed(problem)
            return
        self._announced = bar
        self._sealed.announce(bar)

    def _note_void(self, bar: int, reason: str) -> None:
        self.void[reason] += 1
        logger.warning("RECORDER: candle %d has no row: %s", bar, reason)
        self._sealed.settle(bar, None)

    def _failed(self, problem: OSError) -> None:
        self.write_errors += 1
        self.last_error = str(problem)
        logger.error("RECORDER: the newest rows could not be written: %s", problem)

    def _opened(self) -> NewestFile:
        if self._file is None:
            raise RuntimeError("a row is sealed before the newest file is there")
        return self._file
