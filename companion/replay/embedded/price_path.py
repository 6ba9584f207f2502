"""A coin's log price: common factors, own noise by regime, jumps, cascades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.embedded.events import cascade_moves, coin_cascades, jumps
from companion.replay.embedded.factors import Background, Factor
from companion.replay.embedded.noise import FloatArray, slow_noise
from companion.replay.embedded.regimes import Regime, draw_regimes, regime_noise
from companion.replay.embedded.specification import CANDLES_PER_DAY
from companion.replay.embedded.traits import Traits

# A regime that would carry a coin's own part beyond this log price is mirrored (BTC and ETH, others).
_BOUND_MAJOR, _BOUND = 0.18, 0.65
_MAJOR = ("BTC", "ETH")


@dataclass(frozen=True, slots=True)
class PricePath:
    """Per candle: the whole log-price change, the coin's own part of it, and the local standard deviation of both.

    `agitation` is the log of the local volatility over the coin's typical one.
    """

    change: FloatArray
    own: Factor
    deviation: FloatArray
    agitation: FloatArray
    regimes: list[Regime]


def draw_path(
    rng: np.random.Generator,
    traits: Traits,
    background: Background,
    factors: tuple[tuple[float, Factor], ...],
) -> PricePath:
    """The path of one coin; `factors` are (loading, common move)."""
    candles = len(background.activity)
    regimes = draw_regimes(rng, candles, traits.regimes)
    cascade, excitement = _own_events(rng, traits, candles)
    agitation = (
        background.agitation
        + excitement
        + 0.25 * slow_noise(rng, candles, 1.5 * CANDLES_PER_DAY)
        + 0.30 * slow_noise(rng, candles, 10.0)
    )
    bound = _BOUND_MAJOR if traits.base in _MAJOR else 0.002 if traits.stable else _BOUND
    change, deviation = regime_noise(rng, regimes, traits.own_volatility * np.exp(agitation), bound)
    change = change + cascade
    if traits.base == "BTC":
        change = change + background.cascade
    own = Factor(change, deviation)
    total, variance = change, np.square(deviation)
    for loading, factor in factors:
        total = total + loading * factor.change
        variance = variance + np.square(loading * factor.deviation)
    return PricePath(total, own, np.sqrt(variance), agitation, regimes)


def _own_events(rng: np.random.Generator, traits: Traits, candles: int) -> tuple[FloatArray, FloatArray]:
    """Jumps and cascades of this coin alone: log-price changes and added log volatility."""
    if traits.stable:
        return np.zeros(candles), np.zeros(candles)
    per_day = 0.4 if traits.base in _MAJOR else 0.8
    jump = jumps(rng, candles, per_day, 6.0 * traits.volatility)
    if traits.base in _MAJOR:
        return jump, np.zeros(candles)
    move, excitement = cascade_moves(rng, candles, coin_cascades(rng, candles, traits.volatility))
    return jump + move, excitement
