"""What earlier runs have left in the archive, from which a recorder continues."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hhq.arrays import FloatArray
from hhq.panel import CANDLE_MS
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import COLUMNS, INPUTS, WHALE_FLOW, RecordingError, days_between

logger = logging.getLogger("companion.recorder")


@dataclass(frozen=True, slots=True)
class Earlier:
    """Whale flows by pair in USDT, oldest first; per input the close (ms UTC) of the last candle at which a coin had it."""

    flows: dict[str, FloatArray] = field(default_factory=dict)
    last_available_ms: dict[str, int] = field(default_factory=dict)


def read_earlier(folder: Path, before_bar: int, candles: int) -> Earlier:
    """Read the ``candles`` candles before ``before_bar``; what cannot be read is logged and left out."""
    archive, flows, last = Archive(folder), dict[str, list[FloatArray]](), dict[str, int]()
    first = before_bar - candles
    wanted = set(days_between(first, candles))
    for day in [day for day in archive.days if day in wanted]:
        try:
            for pair in archive.pairs(day):
                _take(archive, pair, day, first, flows, last)
        except RecordingError as problem:
            logger.warning("earlier recordings are left out: %s", problem)
    return Earlier({pair: np.concatenate(parts) for pair, parts in flows.items()}, last)


def _take(
    archive: Archive,
    pair: str,
    day: str,
    first: int,
    flows: dict[str, list[FloatArray]],
    last: dict[str, int],
) -> None:
    rows = archive.recorded(pair, day)
    if rows is None:
        return
    known = np.isfinite(rows.values)
    for number, name in enumerate(INPUTS):
        at = np.flatnonzero(known[number])
        if at.size:
            last[name] = max(last.get(name, 0), (int(rows.bars[at[-1]]) + 1) * CANDLE_MS)
    flows.setdefault(pair, []).append(rows.values[COLUMNS.index(WHALE_FLOW), rows.bars >= first])
