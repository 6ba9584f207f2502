"""Where recursions start, so that a value does not depend on where the series begins, and signs of what they give.

The clock number of a column is ``bar + column``. Blocks lie on that absolute clock.
"""

from __future__ import annotations

import numpy as np

from hhq.compiled import compiled


@compiled
def recursion_start(column: int, bar: int, block: int) -> int:
    """Return the column where the recursion behind ``column`` starts: the clock block before its own."""
    return max(0, column - (bar + column) % block - block)


@compiled
def recursion_stop(column: int, bar: int, block: int, columns: int) -> int:
    """Return the column behind the clock block of ``column``."""
    return min(columns, column - (bar + column) % block + block)


@compiled
def sign_beyond(value: float, noise: float) -> float:
    """Return the sign of ``value``, 0 within ±``noise``, NaN for NaN."""
    if np.isnan(value):
        return np.nan
    if value > noise:
        return 1.0
    return -1.0 if value < -noise else 0.0


@compiled
def turn(before: float, now: float) -> float:
    """Return +1 when a sign has become positive on this candle, −1 negative, else 0; NaN where one is n/a."""
    if np.isnan(before) or np.isnan(now):
        return np.nan
    return now if now != before else 0.0
