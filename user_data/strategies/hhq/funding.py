"""Funding rates on the candles' clock, comparable between coins that settle every 8, 4 or 1 hours."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.panel import CANDLE_MS

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
REFERENCE_HOURS = 8.0
LARGEST_INTERVAL_HOURS = 8.0
STALE_AFTER_INTERVALS = 2.0


def per_reference_hours(rates: FloatArray, hours: FloatArray) -> FloatArray:
    """Return funding rates (fractions of the notional, paid every ``hours``) in % per 8 h, float64 of the same shape."""
    return rates * 100.0 * REFERENCE_HOURS / hours


def funding_on_bars(times_ms: IntArray, rates: FloatArray, first_bar: int, bars: int) -> FloatArray:
    """Return the last funding rate settled before each candle's close, in % per 8 h: float64 (bars,).

    ``times_ms`` are settlement times (ms UTC, rising), ``rates`` fractions of the notional. The interval of a rate is
    the time since the settlement before it, so the first one has none and counts as n/a; a gap longer than 8 h is a
    hole in the history, not an interval. NaN before the second rate and once a rate is older than two intervals.
    Binance stamps a settlement some milliseconds late; it counts from the full minute.
    """
    result = np.full(bars, np.nan)
    if times_ms.size < 2:
        return result
    times = times_ms // MINUTE_MS * MINUTE_MS
    hours = np.rint(np.diff(times) / HOUR_MS)
    usable = (hours >= 1) & (hours <= LARGEST_INTERVAL_HOURS)
    interval = np.full(times.size, np.nan)
    interval[1:][usable] = hours[usable]
    normalised = per_reference_hours(rates, interval)
    closes = (first_bar + 1 + np.arange(bars, dtype=np.int64)) * CANDLE_MS
    # A settlement at the very close is not known yet when the candle is judged: it counts from the next candle on.
    last = np.searchsorted(times, closes, side="left") - 1
    known = last >= 0
    age_hours = (closes[known] - times[last[known]]) / HOUR_MS
    fresh = age_hours <= STALE_AFTER_INTERVALS * interval[last[known]]
    result[known] = np.where(fresh, normalised[last[known]], np.nan)
    return result
