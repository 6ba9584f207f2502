"""Funding rates: Binance's formula on a mean-reverting premium that follows recent returns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from companion.replay.candles import Candles
from companion.replay.embedded.noise import FloatArray, IntArray
from companion.replay.embedded.specification import CANDLE_MS, CANDLES_PER_DAY, HOUR_MS
from companion.replay.embedded.traits import Traits

# Interest per 8 h, and how far the rate may move from the premium towards it.
_INTEREST, _BAND = 1e-4, 5e-4
_LIMIT = 0.01
_MEMORY_HOURS = 20.0
_BY_RETURN = 0.0035


@dataclass(frozen=True, slots=True)
class Funding:
    """Settlement times (ms) and rates (fraction of the notional per interval)."""

    time: IntArray
    rate: FloatArray


def draw_funding(rng: np.random.Generator, traits: Traits, candles: Candles) -> Funding:
    """Rates at every settlement: premium + clamp(interest − premium, ±0.05 %), scaled to the interval."""
    step = traits.funding_hours * HOUR_MS // CANDLE_MS
    rows = np.arange(0, len(candles), step)
    past = np.maximum(rows - CANDLES_PER_DAY, 0)
    day_return = np.log(candles.open[rows] / candles.open[past])
    calm = traits.daily_volume > 1e9
    level = -3.7e-4 + (0.3e-4 if calm else 0.9e-4) * rng.standard_normal()
    size = (0.5e-4 if calm else 1.3e-4) * math.exp(0.3 * rng.standard_normal())
    shock = rng.standard_normal(len(rows))
    if traits.crowded:
        level, size = level + 3.0e-4, 4.5 * size
        shock = rng.standard_t(4.0, len(rows)) / math.sqrt(2.0)
    follow = 0.0 if traits.stable else _BY_RETURN * (2.0 if traits.crowded else 1.0)
    premium = level + size * _reverting(shock, traits.funding_hours) + follow * day_return
    eight_hourly = premium + np.clip(_INTEREST - premium, -_BAND, _BAND)
    rate = np.clip(eight_hourly * traits.funding_hours / 8.0, -_LIMIT, _LIMIT)
    return Funding(candles.time[rows], np.round(rate, 8))


def _reverting(shock: FloatArray, hours: int) -> FloatArray:
    """AR(1) series of standard deviation 1 driven by `shock`, with a memory of 20 h."""
    persistence = math.exp(-hours / _MEMORY_HOURS)
    series = np.empty_like(shock)
    value = float(shock[0])
    for row, innovation in enumerate(shock):
        value = value if row == 0 else persistence * value + math.sqrt(1.0 - persistence**2) * innovation
        series[row] = value
    return series
