"""Where recursions start, so that no value depends on where the series begins; and the signs of their results.

The clock number of a column is ``bar + column``. Blocks are laid out on that absolute clock.
"""

from __future__ import annotations

import numpy as np

from hhq.compiled import compiled


@compiled
def recursion_start(column: int, bar: int, block: int) -> int:
    """Return the column at which the recursion for ``column`` starts: the clock block before its own."""
    return max(0, column - (bar + column) % block - block)


@compiled
def recursion_stop(column: int, bar: int, block: int, columns: int) -> int:
    """Return the column after the last of ``column``'s clock block, at most ``columns``."""
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
    """Return +1 when a sign has turned positive on this candle, −1 negative, else 0; NaN where one is n/a."""
    if np.isnan(before) or np.isnan(now):
        return np.nan
    return now if now != before else 0.0
