"""Regimes of known Hurst exponent: their schedule, and the noise that follows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.embedded.noise import FloatArray, fractional_noise

MEAN_REVERTING, RANDOM, TRENDING = "mean_reverting", "random", "trending"
HURST: dict[str, float] = {MEAN_REVERTING: 0.35, RANDOM: 0.50, TRENDING: 0.65}
_WEIGHT: dict[str, float] = {MEAN_REVERTING: 0.37, RANDOM: 0.33, TRENDING: 0.30}
# 1.5 to 5 days: the Hurst window of 256 candles fits into every regime.
_SHORTEST, _LONGEST = 432, 1440
# Moves over this many candles are equally large in all regimes: a trend is smooth, a range is noisy.
_EQUAL_MOVE = 8.0


@dataclass(frozen=True, slots=True)
class Regime:
    """Candles first..last-1 of a coin in which its own noise has the exponent `hurst`."""

    name: str
    first: int
    last: int

    @property
    def hurst(self) -> float:
        """True Hurst exponent."""
        return HURST[self.name]

    @property
    def scale(self) -> float:
        """Standard deviation of one candle against that of the random regime."""
        return float(_EQUAL_MOVE ** (0.5 - self.hurst))


def draw_regimes(
    rng: np.random.Generator, candles: int, names: tuple[str, ...] = tuple(HURST)
) -> list[Regime]:
    """Regimes that cover candles 0..candles-1; a regime is followed by another one if `names` has several."""
    regimes: list[Regime] = []
    first = 0
    while first < candles:
        previous = regimes[-1].name if regimes else ""
        choice = [name for name in names if name != previous] or list(names)
        weight = np.array([_WEIGHT[name] for name in choice])
        name = choice[int(rng.choice(len(choice), p=weight / weight.sum()))]
        last = first + int(rng.integers(_SHORTEST, _LONGEST + 1))
        # A remainder shorter than the window would be a regime that nobody can measure.
        if candles - last < _SHORTEST:
            last = candles
        regimes.append(Regime(name, first, last))
        first = last
    return regimes


def regime_noise(
    rng: np.random.Generator, regimes: list[Regime], volatility: FloatArray, bound: float
) -> tuple[FloatArray, FloatArray]:
    """Log-price changes that follow `regimes`, and their local standard deviation.

    `volatility` (candles,) is the standard deviation in the random regime. A regime that would carry the
    sum beyond ±`bound` is mirrored as a whole: its exponent stays, and prices stay in a sane range.
    """
    change = np.empty_like(volatility)
    deviation = np.empty_like(volatility)
    level = 0.0
    for regime in regimes:
        rows = slice(regime.first, regime.last)
        deviation[rows] = volatility[rows] * regime.scale
        part = fractional_noise(rng, regime.last - regime.first, regime.hurst) * deviation[rows]
        move = float(part.sum())
        if abs(level + move) > bound and level * move > 0.0:
            part, move = -part, -move
        change[rows] = part
        level += move
    return change, deviation
