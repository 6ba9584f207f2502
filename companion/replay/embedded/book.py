"""The order book at each candle's close: spread and imbalance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.candles import Candles
from companion.replay.embedded.noise import FloatArray, slow_noise
from companion.replay.embedded.price_path import PricePath
from companion.replay.embedded.traits import Traits

_SPREAD_AT_BILLION = 0.009
_SPREAD_BY_VOLUME = 0.42
_SPREAD_BY_AGITATION = 0.7
_SPREAD_NOISE = 0.35
_WIDEST = 3.0
# The imbalance knows a little of the next candle's return: correlation about 0.12.
_ANTICIPATION = 0.13
_IMBALANCE_SIZE = 0.14


@dataclass(frozen=True, slots=True)
class Book:
    """Per 5m candle, at its close: (ask − bid)/mid in percent, (bid − ask)/sum of sizes × 100."""

    spread_pct: FloatArray
    imbalance: FloatArray


def draw_book(rng: np.random.Generator, traits: Traits, path: PricePath, candles: Candles) -> Book:
    """Spreads widen with volatility and for thin coins, in whole ticks; the imbalance is autocorrelated."""
    count = len(candles)
    typical = _SPREAD_AT_BILLION * (1e9 / traits.daily_volume) ** _SPREAD_BY_VOLUME
    if traits.stable:
        typical = 0.005
    wanted = typical * np.exp(
        _SPREAD_BY_AGITATION * path.agitation + _SPREAD_NOISE * slow_noise(rng, count, 4.0)
    )
    tick_pct = traits.tick / candles.close * 100.0
    ticks = np.maximum(np.rint(np.minimum(wanted, _WIDEST) / tick_pct), 1.0)
    coming = np.clip(np.append(path.change[1:] / path.deviation[1:], 0.0), -3.0, 3.0)
    leaning = slow_noise(rng, count, 5.0) + _ANTICIPATION * coming
    imbalance = 100.0 * np.tanh(_IMBALANCE_SIZE * leaning)
    return Book(np.round(ticks * tick_pct, 6), np.round(imbalance, 3))
