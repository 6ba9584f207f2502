"""Time of day and weekend: when the market is busy."""

from __future__ import annotations

import numpy as np

from companion.replay.embedded.noise import FloatArray
from companion.replay.embedded.specification import CANDLE_MS, HOUR_MS

_DAY_MS = 24 * HOUR_MS
# (hour UTC, height, width in hours) of the day's busy times over the quiet level.
_QUIET = 0.78
_PEAKS = ((14.2, 1.15, 1.5), (8.0, 0.12, 1.0), (0.5, 0.15, 1.5), (19.5, 0.2, 1.0))
_WEEKEND = 0.7


def activity(start_ms: int, candles: int) -> FloatArray:
    """Trading activity of each 5m candle from `start_ms` on, about 1 on average on a working day."""
    times = start_ms + CANDLE_MS * np.arange(candles, dtype=np.int64)
    hour = (times % _DAY_MS) / HOUR_MS
    level = np.full(candles, _QUIET)
    for centre, height, width in _PEAKS:
        distance = np.abs(hour - centre)
        distance = np.minimum(distance, 24.0 - distance)
        level += height * np.exp(-0.5 * np.square(distance / width))
    # 1970-01-01 was a Thursday: days 2 and 3 of that week are Saturday and Sunday.
    weekday = times // _DAY_MS % 7
    return np.where((weekday == 2) | (weekday == 3), level * _WEEKEND, level)
