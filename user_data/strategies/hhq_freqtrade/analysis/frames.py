"""Converts Freqtrade's data frames to arrays of the core, and back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hhq.arrays import FloatArray, IntArray
from hhq.panel import CANDLE_MS, Panel

PRICES = ("open", "high", "low", "close", "volume")
_MS_PER_UNIT = {"s": (1000, 1), "ms": (1, 1), "us": (1, 1000), "ns": (1, 1_000_000)}
"""Milliseconds in each unit in which pandas stores timestamps, as a fraction."""


def open_times(frame: pd.DataFrame) -> IntArray:
    """Return the candles' open times in ms UTC, int64."""
    dates = frame["date"].array
    moments: IntArray = dates.asi8 * _MS_PER_UNIT[dates.unit][0] // _MS_PER_UNIT[dates.unit][1]
    return moments


def panel_of(pair: str, frame: pd.DataFrame) -> Panel:
    """Return the candles of one pair as a panel; holes in time become NaN columns.

    Raises ValueError for an empty frame, or for candles that are not on the 5m clock in rising order.
    """
    if frame.empty:
        raise ValueError(f"{pair}: no candles")
    numbers, off_clock = np.divmod(open_times(frame), CANDLE_MS)
    if off_clock.any() or (np.diff(numbers) <= 0).any():
        raise ValueError(f"{pair}: candles are not on the 5m clock in rising order")
    first = int(numbers[0])
    bars = int(numbers[-1]) - first + 1
    columns = np.stack([frame[name].to_numpy(dtype=np.float64) for name in PRICES])
    if bars == len(frame):
        rows = columns
    else:
        rows = np.full((len(PRICES), bars), np.nan)
        rows[:, numbers - first] = columns
    return Panel((pair,), first, *(row.reshape(1, bars) for row in rows))


def with_columns(
    frame: pd.DataFrame, names: pd.Index, values: FloatArray, beside: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the frame with ``values`` (len(names), len(frame)) as further columns, added all at once.

    Existing columns of these names are replaced. ``names`` is an index that is made once: pandas would turn a list of
    names into one at every call, which costs more than the columns. ``beside`` is a frame of other columns to add,
    none of which exists yet.
    """
    added = pd.DataFrame(values.T, columns=names, index=frame.index, copy=False)
    kept = frame.drop(columns=names) if names[0] in frame.columns else frame
    return pd.concat([kept, added] if beside is None else [kept, added, beside], axis=1)
