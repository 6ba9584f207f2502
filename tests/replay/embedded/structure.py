"""Plain measures that the tests compare the market with."""

from __future__ import annotations

import hashlib

import numpy as np

from companion.replay.embedded.generate import Coin, generate
from companion.replay.embedded.noise import FloatArray
from companion.replay.embedded.specification import MarketSpecification

LAGS = np.array([1, 2, 4, 8, 16])
WINDOW = 256


def hurst(log_price: FloatArray) -> float:
    """Generalised Hurst exponent, q = 2: half the slope of log mean squared change over log lag."""
    squares = [float(np.mean(np.square(log_price[lag:] - log_price[:-lag]))) for lag in LAGS]
    return float(np.polyfit(np.log(LAGS), 0.5 * np.log(squares), 1)[0])


def window_hursts(log_price: FloatArray, first: int, last: int) -> list[float]:
    """Estimates on windows of 256 inside first..last-1, each overlapping the next by half."""
    starts = range(first, last - WINDOW + 1, WINDOW // 2)
    return [hurst(log_price[start : start + WINDOW]) for start in starts]


def autocorrelation(series: FloatArray, lag: int) -> float:
    return float(np.corrcoef(series[lag:], series[:-lag])[0, 1])


def excess_kurtosis(series: FloatArray) -> float:
    centred = series - series.mean()
    return float(np.mean(centred**4) / np.mean(centred**2) ** 2 - 3.0)


def digest(coin: Coin) -> str:
    parts = [coin.traits.base, str(coin.traits.price_digits), str(coin.traits.quantity_digits)]
    content = hashlib.sha256("|".join(parts).encode())
    for series in (coin.candles, coin.mark):
        for column in (series.time, series.open, series.high, series.low, series.close, series.volume):
            content.update(np.ascontiguousarray(column).tobytes())
    for column in (coin.funding.time, coin.funding.rate, coin.book.spread_pct, coin.book.imbalance):
        content.update(np.ascontiguousarray(column).tobytes())
    content.update(repr([(regime.name, regime.first, regime.last) for regime in coin.regimes]).encode())
    return content.hexdigest()


def digests(specification: MarketSpecification) -> list[str]:
    return [digest(coin) for coin in generate(specification)]


def total_digest(specification: MarketSpecification) -> str:
    return hashlib.sha256("".join(digests(specification)).encode()).hexdigest()
