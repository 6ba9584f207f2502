"""The newest recorded rows of a running bot: one file for all pairs, read once per candle."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hhq.arrays import FloatArray
from hhq.panel import CANDLE_MS
from hhq_shared.ballots import claim
from hhq_shared.file_stamp import FileStamp, stamp_of
from hhq_shared.recorded_format import INPUTS, KEPT_CANDLES, NEWEST_FILE, RecordingError, decode_newest

logger = logging.getLogger("hhq.recorded")

WAIT_MS = 2_000
"""How long after a candle's close the strategy waits for its row (docs/recorder.md)."""
_GRACE_MS = 1_000
_POLL_SECONDS = 0.02


class NewestReader:
    """The rows of the last candles, for all pairs.

    When a pair asks for a candle newer than any known one, the file is read; if the candle's row has been announced but
    is not there yet, the reader waits for it until 2 s after the close. That happens once per candle, for all pairs.
    ``now`` returns the wall time in seconds, ``sleep`` waits.
    """

    def __init__(
        self,
        folder: Path,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._path = folder / NEWEST_FILE
        self._now = now
        self._sleep = sleep
        self._asked = -1
        self._stamp: FileStamp | None = None
        self._row_of: dict[str, int] = {}
        self._values: FloatArray = np.full((len(INPUTS), 0, KEPT_CANDLES), np.nan)
        self._newest = -1
        self._announced = -1
        self._void: set[int] = set()
        self._complaint = ""

    def fill(self, pair: str, values: FloatArray, first_bar: int) -> bool:
        """Write what is known of the pair into ``values``, float64 (len(INPUTS), bars) from ``first_bar`` on.

        Returns whether anything was written.
        """
        last = first_bar + values.shape[1] - 1
        if last > self._asked:
            self._look(last)
            self._asked = last
        row = self._row_of.get(pair)
        if row is None:
            return False
        oldest = self._newest - KEPT_CANDLES + 1
        begin, end = max(oldest, first_bar), min(self._newest, last) + 1
        if begin < end:
            values[:, begin - first_bar : end - first_bar] = self._values[
                :, row, begin - oldest : end - oldest
            ]
        return bool(begin < end)

    def _look(self, bar: int) -> None:
        """Read the file, and settle for good whether this candle has a row."""
        self._read()
        if self._newest < bar:
            if self._announced == bar and self._wait(bar, (bar + 1) * CANDLE_MS + WAIT_MS):
                return
            # A recorder that has been silent for longer announces a candle again before it seals one.
            lost = self._announced >= bar - 1 and not self._claim(bar)
            # The recorder was first: its row is on its way and takes only a moment.
            if lost and self._wait(bar, self._now() * 1000 + _GRACE_MS):
                return
            self._void = {known for known in self._void if known > bar - KEPT_CANDLES} | {bar}

    def _claim(self, bar: int) -> bool:
        """Decide without the row and make sure that nobody gets it later; False if the recorder was first."""
        try:
            return claim(self._folder, bar)
        except OSError as problem:
            self._complain(f"recorded rows: a candle cannot be claimed ({problem})")
            return True

    def _wait(self, bar: int, until_ms: float) -> bool:
        """Read again and again until the candle is there or the time is up; return whether it is there."""
        for _ in range(round((WAIT_MS + _GRACE_MS) / 1000 / _POLL_SECONDS)):
            if self._newest >= bar:
                return True
            if self._now() * 1000 >= until_ms:
                return False
            self._sleep(_POLL_SECONDS)
            self._read()
        return self._newest >= bar

    def _read(self) -> None:
        stamp = stamp_of(self._path)
        if stamp is None or stamp == self._stamp:
            return
        try:
            rows = decode_newest(self._path.read_bytes(), self._path)
        except FileNotFoundError:
            return
        except (RecordingError, OSError) as problem:
            self._complain(str(problem))
            return
        self._stamp = stamp
        self._row_of = {pair: row for row, pair in enumerate(rows.pairs)}
        self._values = rows.values.astype(np.float64)
        self._newest, self._announced = rows.newest_bar, rows.announced_bar
        self._hide_void()

    def _hide_void(self) -> None:
        """Keep rows n/a that were once decided without, whatever the file says now."""
        oldest = self._newest - KEPT_CANDLES + 1
        self._void = {bar for bar in self._void if bar >= oldest}
        for bar in self._void:
            if bar <= self._newest:
                self._values[:, :, bar - oldest] = np.nan

    def _complain(self, problem: str) -> None:
        if problem != self._complaint:
            self._complaint = problem
            logger.warning("%s; the recorded inputs are n/a", problem)
