"""Puts sealed rows into the archive, behind the recorder's back: a slow disk delays no sample and no row."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

from companion.ground.own_thread import OwnThread
from companion.recorder.archive import ArchiveWriter
from companion.recorder.earlier import Earlier, read_earlier
from hhq_shared.recorded_format import Float32Array, day_of

logger = logging.getLogger("companion.recorder")


class Keeper:
    """Owns the archive and the one thread that touches it. ``size`` is bytes and days of the archive."""

    def __init__(self, folder: Path, largest_mb: int) -> None:
        self._folder = folder
        self._largest_mb = largest_mb
        self._thread = OwnThread("archive")
        self._archive: ArchiveWriter | None = None
        self._waiting: asyncio.Queue[tuple[int, tuple[str, ...], Float32Array]] = asyncio.Queue()
        self.size = (0, 0)
        self.write_errors = 0
        self.last_error: str | None = None

    async def begin(self, forming_bar: int, candles: int) -> Earlier:
        """Open the archive, close past days, and read what it has of the last ``candles`` candles. Raises OSError."""
        self._thread.begin()
        return await self._thread.do(lambda: self._open(forming_bar, candles))

    def end(self) -> None:
        """Write what is waiting, close the open part, end the thread."""
        while not self._waiting.empty():
            row = self._waiting.get_nowait()
            self._thread.submit(partial(self._append, *row))
        if self._archive is not None:
            self._thread.submit(self._archive.close)
        self._thread.end()

    def put(self, bar: int, pairs: tuple[str, ...], values: Float32Array) -> None:
        """Hand over a sealed row, float32 (len(COLUMNS), pairs)."""
        self._waiting.put_nowait((bar, pairs, values))

    async def run(self) -> None:
        """Write the rows that are handed over, until cancelled."""
        while True:
            row = await self._waiting.get()
            await self._thread.do(partial(self._append, *row))

    def _open(self, forming_bar: int, candles: int) -> Earlier:
        self._archive = ArchiveWriter(self._folder, self._largest_mb)
        self._archive.close_days(before=day_of(forming_bar))
        self.size = self._archive.size()
        return read_earlier(self._folder, forming_bar, candles)

    def _append(self, bar: int, pairs: tuple[str, ...], values: Float32Array) -> None:
        if self._archive is None:
            raise RuntimeError("a row is kept before the archive is open")
        try:
            self._archive.append(bar, pairs, values)
            self.size = self._archive.size()
        except OSError as problem:
            self.write_errors += 1
            self.last_error = str(problem)
            logger.error("RECORDER: candle %d could not be kept: %s", bar, problem)
