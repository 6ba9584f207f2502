"""What moves all coins: BTC, ETH's own part, the market's mood (volatility) and the time of day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.embedded.calendar import activity
from companion.replay.embedded.events import cascade_moves, market_cascades
from companion.replay.embedded.noise import FloatArray, slow_noise
from companion.replay.embedded.specification import CANDLES_PER_DAY, MarketSpecification

# How strongly volatility follows activity through the day.
_ACTIVITY_POWER = 0.45


@dataclass(frozen=True, slots=True)
class Background:
    """Shared series, (candles,): log volatility, activity, BTC's cascades."""

    agitation: FloatArray
    activity: FloatArray
    cascade: FloatArray


@dataclass(frozen=True, slots=True)
class Factor:
    """A common log-price move, (candles,), and its local standard deviation."""

    change: FloatArray
    deviation: FloatArray


def draw_background(rng: np.random.Generator, specification: MarketSpecification) -> Background:
    """The market's mood; the same for every coin."""
    candles = specification.candles
    busy = activity(specification.start_ms, candles)
    cascade, excitement = cascade_moves(rng, candles, market_cascades(rng, candles))
    mood = 0.22 * slow_noise(rng, candles, CANDLES_PER_DAY)
    mood = mood + 0.18 * slow_noise(rng, candles, 24.0)
    return Background(mood + excitement + _ACTIVITY_POWER * np.log(busy), busy, cascade)
