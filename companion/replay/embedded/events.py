"""Sudden moves: jumps within one candle, and cascades that run over several and are partly taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.embedded.noise import FloatArray, random_shares
from companion.replay.embedded.specification import CANDLES_PER_DAY

_TAKEN_BACK = (0.25, 0.55)
_FADE = 24.0
_EXTRA_VOLATILITY = 0.8


@dataclass(frozen=True, slots=True)
class Cascade:
    """A move of `size` (log price, signed) over `length` candles from candle `first` on."""

    first: int
    length: int
    size: float


def jumps(rng: np.random.Generator, candles: int, per_day: float, typical: float) -> FloatArray:
    """Log-price jumps, (candles,), mostly 0: Poisson arrivals in both directions, sizes of about `typical`."""
    change = np.zeros(candles)
    count = int(rng.poisson(per_day * candles / CANDLES_PER_DAY))
    where = rng.integers(0, candles, count)
    side = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    np.add.at(change, where, side * typical * (0.5 + 0.5 * rng.exponential(size=count)))
    return change


def market_cascades(rng: np.random.Generator, candles: int) -> list[Cascade]:
    """Cascades of the whole market, in BTC's log price: about one a week, at least one of them falling."""
    count = max(1, int(rng.poisson(candles / (7.0 * CANDLES_PER_DAY))))
    found = [_draw(rng, candles, (0.032, 0.048), -1.0)]
    for _ in range(count - 1):
        side = -1.0 if rng.random() < 0.65 else 1.0
        found.append(_draw(rng, candles, (0.02, 0.042), side))
    return found


def coin_cascades(rng: np.random.Generator, candles: int, volatility: float) -> list[Cascade]:
    """A coin's own cascades, about one every twelve days, 12 to 28 times its 5m `volatility`."""
    count = int(rng.poisson(candles / (12.0 * CANDLES_PER_DAY)))
    sizes = (12.0 * volatility, 28.0 * volatility)
    return [_draw(rng, candles, sizes, -1.0 if rng.random() < 0.55 else 1.0) for _ in range(count)]


def _draw(rng: np.random.Generator, candles: int, sizes: tuple[float, float], side: float) -> Cascade:
    first = int(rng.integers(candles * 15 // 100, candles * 95 // 100))
    return Cascade(first, int(rng.integers(4, 8)), side * float(rng.uniform(*sizes)))


def cascade_moves(
    rng: np.random.Generator, candles: int, cascades: list[Cascade]
) -> tuple[FloatArray, FloatArray]:
    """Log-price changes of the cascades and what they add to the log of volatility, each (candles,)."""
    change = np.zeros(candles)
    agitation = np.zeros(candles)
    for cascade in cascades:
        back = float(rng.uniform(*_TAKEN_BACK))
        rest = int(rng.integers(18, 37))
        way = np.concatenate(
            (
                cascade.size * random_shares(rng, cascade.length),
                -cascade.size * back * random_shares(rng, rest),
            )
        )[: candles - cascade.first]
        change[cascade.first : cascade.first + len(way)] += way
        age = np.arange(candles - cascade.first, dtype=np.float64)
        agitation[cascade.first :] += _EXTRA_VOLATILITY * np.exp(-age / _FADE)
    return change, agitation
