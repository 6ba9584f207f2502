"""Trend codes of BTC and ETH from their changes over rolling windows (docs/signal.md)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.market.values import Trend
from hhq.settings.market import BtcSettings, EthSettings
from hhq.steps import first_that_holds


def btc_short_term_trend(
    change_30m: FloatArray,
    change_1h: FloatArray,
    change_4h: FloatArray,
    flash_crash: FloatArray,
    settings: BtcSettings,
) -> FloatArray:
    """Return Trend codes, float64 in the inputs' shape, by the first rule that holds; NaN where an input is NaN.

    1h > 1.5 and 4h > 2 STRONG_BULLISH; 1h > 0.5 BULLISH; 30m < −1.5 or flash crash STRONG_BEARISH; 1h < −1.5
    or 4h < −3 STRONG_BEARISH; 1h < −0.5 or 4h < −1.5 BEARISH; else NEUTRAL. As in docs/signal.md, the rules are
    not mirrored and a flash pump plays no part. Changes in %, limits strict.
    """
    rules = (
        (
            (change_1h > settings.strong_bullish_1h) & (change_4h > settings.strong_bullish_4h),
            Trend.STRONG_BULLISH,
        ),
        (change_1h > settings.bullish_1h, Trend.BULLISH),
        ((change_30m < settings.strong_bearish_30m) | (flash_crash == 1.0), Trend.STRONG_BEARISH),
        (
            (change_1h < settings.strong_bearish_1h) | (change_4h < settings.strong_bearish_4h),
            Trend.STRONG_BEARISH,
        ),
        ((change_1h < settings.bearish_1h) | (change_4h < settings.bearish_4h), Trend.BEARISH),
    )
    return _first_match(rules, (change_30m, change_1h, change_4h, flash_crash))


def btc_daily_trend(change_24h: FloatArray, settings: BtcSettings) -> FloatArray:
    """Return Trend codes of the 24h change in %: beyond ±3 STRONG, beyond ±1 plain, limits strict; NaN stays NaN."""
    rules = (
        (change_24h > settings.daily_strong, Trend.STRONG_BULLISH),
        (change_24h < -settings.daily_strong, Trend.STRONG_BEARISH),
        (change_24h > settings.daily_plain, Trend.BULLISH),
        (change_24h < -settings.daily_plain, Trend.BEARISH),
    )
    return _first_match(rules, (change_24h,))


def eth_trend(
    change_30m: FloatArray, change_1h: FloatArray, change_4h: FloatArray, settings: EthSettings
) -> FloatArray:
    """Return Trend codes, float64 in the inputs' shape, by the first rule that holds; NaN where an input is NaN.

    30m < −2 or 1h < −2 or 4h < −4 STRONG_BEARISH; 1h < −1 or 4h < −2 BEARISH; 1h > 2 and 4h > 3
    STRONG_BULLISH; 1h > 1 BULLISH; else NEUTRAL. Changes in %, limits strict.
    """
    rules = (
        (
            (change_30m < settings.strong_bearish_30m)
            | (change_1h < settings.strong_bearish_1h)
            | (change_4h < settings.strong_bearish_4h),
            Trend.STRONG_BEARISH,
        ),
        ((change_1h < settings.bearish_1h) | (change_4h < settings.bearish_4h), Trend.BEARISH),
        (
            (change_1h > settings.strong_bullish_1h) & (change_4h > settings.strong_bullish_4h),
            Trend.STRONG_BULLISH,
        ),
        (change_1h > settings.bullish_1h, Trend.BULLISH),
    )
    return _first_match(rules, (change_30m, change_1h, change_4h))


def _first_match(rules: Sequence[tuple[BoolArray, Trend]], inputs: Sequence[FloatArray]) -> FloatArray:
    codes = first_that_holds(rules, Trend.NEUTRAL, np.float64)
    missing = np.logical_or.reduce([np.isnan(values) for values in inputs])
    return np.where(missing, np.nan, codes)
