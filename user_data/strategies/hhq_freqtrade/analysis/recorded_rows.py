"""Recorded rows as the strategy reads them: from the newest-rows file in a running bot, else from the archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hhq.arrays import FloatArray
from hhq.panel import RecordedRows
from hhq_shared.newest_rows import NewestReader
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import INPUTS

_FUNDING = INPUTS.index("funding_rate")


class RecordedInputs:
    """Recorded rows of any pair on any candles; NaN where a row, or any recording at all, is missing."""

    def __init__(self, folder: Path, *, live: bool) -> None:
        self._newest = NewestReader(folder) if live else None
        self._archive = Archive(folder)
        self._seen: dict[str, tuple[int, FloatArray]] = {}

    def rows(self, pair: str, first_bar: int, bars: int, funding: FloatArray) -> RecordedRows:
        """Return the rows of one pair, arrays (1, bars), with the settled ``funding`` (bars,) in % per 8 h.

        The recorded funding is for information only: settled funding exists with and without recordings, so that the
        same candle gives the same decision. A running bot remembers the rows that it has read for as long as it has
        the pair's candles.
        """
        if self._newest is not None:
            values = self._remembered(pair, first_bar, bars)
            if self._newest.fill(pair, values, first_bar):
                self._seen[pair] = (first_bar, values)
        else:
            values = self._archive.columns(pair, first_bar, bars)[: len(INPUTS)]
        values[_FUNDING] = funding
        return RecordedRows(*values[:, np.newaxis])

    def _remembered(self, pair: str, first_bar: int, bars: int) -> FloatArray:
        values = _nothing(bars)
        seen = self._seen.get(pair)
        if seen is not None:
            begin, known = seen
            first, end = max(begin, first_bar), min(begin + known.shape[1], first_bar + bars)
            if first < end:
                values[:, first - first_bar : end - first_bar] = known[:, first - begin : end - begin]
        return values


def _nothing(bars: int) -> FloatArray:
    return np.full((len(INPUTS), bars), np.nan)
