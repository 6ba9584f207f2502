"""Macro regime: the state of the whole market, judged by the last closes of BTC (docs/signal.md)."""

from __future__ import annotations

import numpy as np

from hhq.arrays import CodeArray, FloatArray
from hhq.compiled import compiled
from hhq.regime import MacroRegime
from hhq.settings.market import MacroSettings
from hhq.steps import first_that_holds

STD, RANGE, DRIFT, DIRECTION = range(4)
"""Rows of :func:`macro_measures`."""


@compiled
def macro_measures(close: FloatArray, window: int, first: int) -> FloatArray:
    """Measure the last ``window`` closes at every candle.

    ``close`` float64 (bars,). Returns float64 (4, bars − ``first``), all in %: population standard deviation
    / mean; (highest − lowest) / mean; mean of the second half over mean of the first half − 1 (in an odd window
    the first half is the shorter one); last close over first close − 1. NaN before ``window`` closes, and
    where one of them is NaN or not above 0: a price of 0 is a missing price, not volatility.
    """
    bars = close.size
    measures = np.full((4, bars - first), np.nan)
    half = window // 2
    for bar in range(max(first, window - 1), bars):
        begin = bar - window + 1
        early = late = 0.0
        lowest = highest = close[bar]
        usable = True
        for i in range(begin, bar + 1):
            usable = usable and close[i] > 0.0
            lowest = min(lowest, close[i])
            highest = max(highest, close[i])
            if i < begin + half:
                early += close[i]
            else:
                late += close[i]
        if not usable:
            continue
        mean = (early + late) / window
        squares = 0.0
        for i in range(begin, bar + 1):
            squares += (close[i] - mean) ** 2
        early_mean = early / half
        measures[STD, bar - first] = np.sqrt(squares / window) / mean * 100.0
        measures[RANGE, bar - first] = (highest - lowest) / mean * 100.0
        measures[DRIFT, bar - first] = (late / (window - half) - early_mean) / early_mean * 100.0
        measures[DIRECTION, bar - first] = (close[bar] - close[begin]) / close[begin] * 100.0
    return measures


def macro_regime(measures: FloatArray, settings: MacroSettings) -> CodeArray:
    """Classify measures (4, bars) into MacroRegime codes, int8 (bars,); the first rule that holds counts.

    VOLATILE: standard deviation or range above its limit. Trending: the drift between the half-means beyond ± its
    limit and the range above its own; "direction ±1 %" is read as the change from the first to the last close:
    above it TRENDING_UP, below it TRENDING_DOWN. A drift without a direction is no trend. QUIET: standard deviation
    and range below their limits. RANGING otherwise. All limits are strict.
    """
    drifts = (np.abs(measures[DRIFT]) > settings.trend_drift) & (measures[RANGE] > settings.trend_range)
    rules = (
        (np.isnan(measures[STD]), MacroRegime.NOT_AVAILABLE),
        (
            (measures[STD] > settings.volatile_std) | (measures[RANGE] > settings.volatile_range),
            MacroRegime.VOLATILE,
        ),
        (drifts & (measures[DIRECTION] > settings.trend_direction), MacroRegime.TRENDING_UP),
        (drifts & (measures[DIRECTION] < -settings.trend_direction), MacroRegime.TRENDING_DOWN),
        (
            (measures[STD] < settings.quiet_std) & (measures[RANGE] < settings.quiet_range),
            MacroRegime.QUIET,
        ),
    )
    return first_that_holds(rules, MacroRegime.RANGING, np.int8)
