"""The one file of the newest rows, always replaced as a whole; a running strategy reads it."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from hhq_shared.atomic_file import replace_file
from hhq_shared.ballots import claim, forget
from hhq_shared.recorded_format import (
    BALLOTS,
    INPUTS,
    KEPT_CANDLES,
    NEWEST_FILE,
    Float32Array,
    NewestRows,
    RecordingError,
    decode_newest,
    encode_newest,
)

logger = logging.getLogger("companion.recorder")


class NewestFile:
    """Holds the last candles of all pairs that were ever seen, and writes them; used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NEWEST_FILE
        (folder / BALLOTS).mkdir(parents=True, exist_ok=True)
        self._row_of: dict[str, int] = {}
        self._values: Float32Array = _empty(0)
        self._newest = -1
        self._take_over()

    def rows(self) -> NewestRows:
        """What the file shows, without an announced candle."""
        return NewestRows(tuple(self._row_of), self._newest, -1, self._values.copy())

    def announce(self, bar: int) -> None:
        """Say that a row of this candle is to be expected; earlier rows that are missing are void. Raises OSError."""
        self._advance(bar - 1)
        self._write(bar)

    def publish(self, bar: int, pairs: tuple[str, ...], values: Float32Array) -> bool:
        """Show the row of a candle and announce the next; False if a reader went on without it: the row is void then.

        ``values`` float32 (len(INPUTS), pairs). Raises OSError when it cannot be written.
        """
        if not claim(self._folder, bar):
            self.announce(bar + 1)
            return False
        self._advance(bar)
        rows = self._rows(pairs)
        self._values[:, rows, -1] = values
        self._write(bar + 1)
        forget(self._folder, bar - KEPT_CANDLES)
        return True

    def _take_over(self) -> None:
        """Begin with the rows that the last run left."""
        try:
            rows = decode_newest(self._path.read_bytes(), self._path)
        except FileNotFoundError:
            return
        except (RecordingError, OSError) as problem:
            logger.warning("the newest rows of the last run are lost: %s", problem)
            return
        self._row_of = {pair: row for row, pair in enumerate(rows.pairs)}
        self._values, self._newest = rows.values.copy(), rows.newest_bar

    def _rows(self, pairs: tuple[str, ...]) -> list[int]:
        for pair in pairs:
            self._row_of.setdefault(pair, len(self._row_of))
        more = len(self._row_of) - self._values.shape[1]
        if more > 0:
            self._values = np.concatenate([self._values, _empty(more)], axis=1)
        return [self._row_of[pair] for pair in pairs]

    def _advance(self, bar: int) -> None:
        steps = min(bar - self._newest, KEPT_CANDLES)
        if steps > 0:
            kept = self._values[:, :, steps:]
            gone = np.full((*self._values.shape[:2], steps), np.nan, dtype=np.float32)
            self._values = np.concatenate([kept, gone], axis=2)
            self._newest = bar

    def _write(self, announced: int) -> None:
        rows = NewestRows(tuple(self._row_of), self._newest, announced, self._values)
        # What a crash of the machine loses is n/a anyway: do not wait for the disk within a candle's two seconds.
        replace_file(self._path, encode_newest(rows), durable=False)


def _empty(pairs: int) -> Float32Array:
    return np.full((len(INPUTS), pairs, KEPT_CANDLES), np.nan, dtype=np.float32)
