"""Multi-timeframe decision: what the coin's own 15m, 1h and 4h candles say about a side (docs/signal.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.features.catalogue import Feature
from hhq.market.values import Trend
from hhq.settings.market import TimeframeSettings
from hhq.steps import first_that_holds

TIMEFRAMES = ("15m", "1h", "4h")
GAPS = (Feature.EMA_GAP_15M, Feature.EMA_GAP_1H, Feature.EMA_GAP_4H)
CHANGES = (Feature.CHANGE_15M, Feature.CHANGE_1H, Feature.CHANGE_4H)


@dataclass(frozen=True, slots=True)
class TimeframeDecision:
    """What the higher timeframes say about k candidates.

    ``trends`` float64 (3, k): Trend codes of 15m, 1h and 4h, whatever the side, NaN = n/a. ``points`` float64
    (3, k): what each adds to the total, NaN = n/a. All others (k,): ``strong_trend_points`` ≤ 0, NaN when the
    change over 20 4h closes is n/a; ``total`` includes them; ``veto`` (gate MTF_VETO);
    ``timeframe_size_factor`` by the total (for a vetoed candidate that of a total below 0);
    ``strong_trend_size_factor`` (1 when n/a); ``aligned`` int64: how many timeframes agree with the side
    (an input of the leverage).
    """

    trends: FloatArray
    points: FloatArray
    strong_trend_points: FloatArray
    total: FloatArray
    veto: BoolArray
    timeframe_size_factor: FloatArray
    strong_trend_size_factor: FloatArray
    aligned: IntArray

    @property
    def size_factor(self) -> FloatArray:
        """Factor on the size, by the total and the strong trend."""
        return self.timeframe_size_factor * self.strong_trend_size_factor


def timeframe_trend(ema_gap: FloatArray, change: FloatArray, settings: TimeframeSettings) -> FloatArray:
    """Return the Trend codes of one timeframe, float64 in the inputs' shape, NaN where an input is NaN.

    Price above its EMA (``ema_gap`` in % > 0) and ``change`` over 3 candles in % > 0.2 → BULLISH, > 1 →
    STRONG_BULLISH; mirrored; else NEUTRAL. Limits are strict: a change of exactly 0.2 is NEUTRAL.
    """
    along = np.where(change > 0, ema_gap, -ema_gap)
    move = np.abs(change)
    rules = (
        ((along > 0) & (move > settings.strong_change), Trend.STRONG_BULLISH),
        ((along > 0) & (move > settings.plain_change), Trend.BULLISH),
    )
    strength = first_that_holds(rules, Trend.NEUTRAL, np.float64)
    return np.where(
        np.isnan(ema_gap) | np.isnan(change), np.nan, np.where(change > 0, strength, 0.0 - strength)
    )


def timeframe_decision(
    features: FloatArray, side: FloatArray, settings: TimeframeSettings
) -> TimeframeDecision:
    """Decide k candidates by their higher timeframes.

    ``features`` float64 (len(Feature), k), of which the gaps, the changes and STRONG_TREND_CHANGE are read;
    ``side`` float64 (k,): +1 LONG, −1 SHORT. A timeframe that agrees with the side adds its weight (20/30/50),
    one against it subtracts it, one that is NEUTRAL or n/a adds nothing and is not aligned. The strong-trend
    penalty enters the total before the total decides anything (lesson 15). Mirrored.

    The rule's ranges share their end points; they are read as: total ≤ −50 veto, (−50, 0) × 0.8, [0, 50] × 1.0,
    > 50 × 1.1. A total of 0 (all NEUTRAL) is not against the side.
    """
    trends = np.stack(
        [
            timeframe_trend(features[gap], features[change], settings)
            for gap, change in zip(GAPS, CHANGES, strict=True)
        ]
    )
    weights = np.array([settings.weight_15m, settings.weight_1h, settings.weight_4h])
    # Adding 0 turns the −0 of a NEUTRAL SHORT into the 0 of a NEUTRAL LONG.
    points = weights[:, np.newaxis] * np.sign(trends * side) + 0.0
    penalty, strong_size = strong_trend(features[Feature.STRONG_TREND_CHANGE], side, settings)
    counted = np.nan_to_num(points)
    total = counted[0] + counted[1] + counted[2] + np.nan_to_num(penalty)
    aligned = np.count_nonzero(trends * side > 0, axis=0)
    return TimeframeDecision(
        trends=trends,
        points=points,
        strong_trend_points=penalty,
        total=total,
        veto=total <= settings.veto_at,
        timeframe_size_factor=first_that_holds(
            (
                (total < 0.0, settings.against_size_factor),
                (total <= settings.with_above, settings.neutral_size_factor),
            ),
            settings.with_size_factor,
            np.float64,
        ),
        strong_trend_size_factor=strong_size,
        aligned=aligned,
    )


def strong_trend(
    change: FloatArray, side: FloatArray, settings: TimeframeSettings
) -> tuple[FloatArray, FloatArray]:
    """Return the strong-trend penalty (points ≤ 0, NaN = n/a) and its size factor (1 = n/a or none).

    ``change`` over the last 20 4h closes in %. Against the side by 5–10 → −10 and × 0.75; 10–20 → −20 and
    × 0.5; > 20 → −30 and × 0.25. Since "> 20" excludes 20, the row below it excludes 10 in the same way:
    [5, 10], (10, 20], (20, ∞).
    """
    against = -change * side
    rows = [
        against > settings.against_heavy,
        against > settings.against_medium,
        against >= settings.against_from,
    ]
    penalties = (-settings.heavy_penalty, -settings.medium_penalty, -settings.mild_penalty)
    sizes = (settings.heavy_size_factor, settings.medium_size_factor, settings.mild_size_factor)
    points = first_that_holds(tuple(zip(rows, penalties, strict=True)), 0.0, np.float64)
    size = first_that_holds(tuple(zip(rows, sizes, strict=True)), 1.0, np.float64)
    return np.where(np.isnan(against), np.nan, points), size
