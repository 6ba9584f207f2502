"""Random building blocks: fractional Gaussian noise, slow noise, extremes inside a candle.

What decides a price is rounded to a fixed grid before it is summed, so that last-bit differences of
exp, log and FFT between processors do not reach the candles.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

# Log prices are whole multiples of this: their sums are exact.
LOG_UNIT = 1e-9
_SERIES_FROM = 16


def fractional_noise(rng: np.random.Generator, length: int, hurst: float) -> FloatArray:
    """Fractional Gaussian noise: `length` increments, mean 0, standard deviation 1, exponent `hurst` (0..1).

    Exact circulant embedding: Davies and Harte, Biometrika 74 (1987) 95-101.
    """
    half = max(1, 1 << (length - 1).bit_length())
    covariance = _noise_covariance(half + 1, hurst)
    eigenvalues = np.fft.rfft(np.concatenate((covariance, covariance[-2:0:-1]))).real
    # Rounding may leave -1e-17 where the exact value is 0.
    scale = np.sqrt(np.maximum(eigenvalues, 0.0) * half)
    spectrum = np.empty(half + 1, dtype=np.complex128)
    spectrum.real = rng.standard_normal(half + 1)
    spectrum.imag = rng.standard_normal(half + 1)
    spectrum *= scale
    # The two ends of the spectrum of a real series are real and carry the whole variance.
    spectrum[[0, -1]] = spectrum[[0, -1]].real * math.sqrt(2.0)
    noise: FloatArray = np.fft.irfft(spectrum, 2 * half)[:length]
    return noise


def _noise_covariance(lags: int, hurst: float) -> FloatArray:
    """Covariance of fractional Gaussian noise at lags 0..lags-1.

    The textbook's second difference of lag**2H loses its digits at large lags; there its series in
    1/lag² is used.
    """
    power = 2.0 * hurst
    lag = np.arange(lags, dtype=np.float64)
    near = lag[:_SERIES_FROM]
    difference = (near + 1.0) ** power - 2.0 * near**power + np.abs(near - 1.0) ** power
    far = lag[_SERIES_FROM:]
    inverse = 1.0 / np.square(far)
    series = np.zeros_like(far)
    # Horner's rule over the binomial coefficients of power over 14, 12, … 2.
    for order in range(14, 0, -2):
        binomial = math.prod((power - place) / (place + 1.0) for place in range(order))
        series = (series + binomial) * inverse
    covariance: FloatArray = np.concatenate((0.5 * difference, far**power * series))
    return covariance


def slow_noise(rng: np.random.Generator, length: int, memory: float) -> FloatArray:
    """Stationary AR(1) series, mean 0, standard deviation 1, autocorrelation exp(-1/memory) (candles)."""
    persistence = math.exp(-1.0 / memory)
    innovation = rng.standard_normal(length)
    gain = math.sqrt((1.0 + persistence) / (1.0 - persistence))
    innovation[0] /= gain
    smoothed = pd.Series(innovation).ewm(alpha=1.0 - persistence, adjust=False).mean()
    series: FloatArray = smoothed.to_numpy() * gain
    return series


def path_extremes(
    rng: np.random.Generator, change: FloatArray, deviation: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Highest and lowest point of a Brownian bridge from 0 to `change` with standard deviation `deviation`.

    Each follows its exact distribution (the two are drawn independently). Log-price units, shape of `change`.
    """
    spread = -2.0 * np.square(deviation)
    square = np.square(change)
    high = 0.5 * (change + np.sqrt(square + spread * np.log1p(-rng.random(len(change)))))
    low = 0.5 * (change - np.sqrt(square + spread * np.log1p(-rng.random(len(change)))))
    return high, low


def random_shares(rng: np.random.Generator, count: int) -> FloatArray:
    """`count` positive shares with sum 1."""
    weight = rng.gamma(2.0, size=count)
    shares: FloatArray = weight / weight.sum()
    return shares


def to_log_units(change: FloatArray) -> IntArray:
    """Log-price changes as whole multiples of LOG_UNIT."""
    return np.rint(change / LOG_UNIT).astype(np.int64)
