from __future__ import annotations

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.features.hurst import LAGS, rolling_hurst
from hhq.settings.features import FeatureSettings

HURST = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65)


def fractional_noise(hurst: float, length: int, rng: np.random.Generator) -> FloatArray:
    """Fractional Gaussian noise by circulant embedding (Davies and Harte 1987)."""
    k = np.arange(length + 1.0)
    covariance = 0.5 * (np.abs(k - 1) ** (2 * hurst) - 2 * k ** (2 * hurst) + (k + 1) ** (2 * hurst))
    eigenvalues = np.fft.fft(np.concatenate([covariance, covariance[-2:0:-1]])).real
    size = len(eigenvalues)
    noise = rng.standard_normal(size) + 1j * rng.standard_normal(size)
    return np.fft.fft(np.sqrt(np.maximum(eigenvalues, 0.0) / size) * noise).real[:length]


def plain_hurst(close: FloatArray, lags: tuple[int, ...]) -> float:
    price = np.log(close)
    spread = [np.log(np.mean((price[lag:] - price[:-lag]) ** 2)) for lag in lags]
    return float(np.clip(np.polyfit(np.log(lags), spread, 1)[0] / 2.0, 0.15, 0.85))


def walk(bars: int, seed: int = 2) -> FloatArray:
    return 50.0 * np.exp(np.cumsum(0.003 * np.random.default_rng(seed).standard_normal(bars)))


def test_each_value_equals_the_plain_formula_on_its_window() -> None:
    close = walk(330)
    ours = rolling_hurst(close, 256, 777)
    assert np.isnan(ours[:255]).all()
    expected = [plain_hurst(close[t - 255 : t + 1], LAGS) for t in range(255, 330)]
    np.testing.assert_allclose(ours[255:], expected, rtol=1e-10)


def test_the_default_lags_are_those_of_the_settings() -> None:
    assert FeatureSettings().hurst_lags == LAGS


@pytest.mark.compiled
def test_the_estimate_is_calibrated_on_fractional_gaussian_noise() -> None:
    rng = np.random.default_rng(5)
    means = []
    for hurst in HURST:
        close = np.exp(0.001 * np.cumsum(fractional_noise(hurst, 400_000, rng)))
        means.append(np.nanmean(rolling_hurst(close)))
    assert means[HURST.index(0.5)] == pytest.approx(0.5, abs=0.015)
    assert np.polyfit(HURST, means, 1)[0] >= 0.95


def test_trends_and_saws_are_clamped() -> None:
    trend = np.exp(0.001 * np.arange(300.0))
    saw = 100.0 + (np.arange(300) % 3 == 0) + 1e-3 * np.random.default_rng(1).standard_normal(300)
    assert rolling_hurst(trend)[-1] == 0.85
    assert rolling_hurst(saw)[-1] == 0.15


def test_a_market_that_stands_still_has_no_exponent() -> None:
    assert np.isnan(rolling_hurst(np.full(300, 0.1))).all()


def test_too_short_a_series_has_no_exponent() -> None:
    assert np.isnan(rolling_hurst(walk(200))).all()
