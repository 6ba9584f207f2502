from __future__ import annotations

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.features.profile import rolling_profile

Candles = tuple[FloatArray, FloatArray, FloatArray]


def candles(bars: int, seed: int = 4, tick: float = 0.0) -> Candles:
    rng = np.random.default_rng(seed)
    middle = 100.0 * np.exp(np.cumsum(0.002 * rng.standard_normal(bars)))
    reach = np.abs(rng.standard_normal((2, bars))) * 0.2
    high, low = middle + reach[0], middle - reach[1]
    if tick:
        high, low = np.ceil(high / tick) * tick, np.floor(low / tick) * tick
    return high, low, rng.lognormal(3.0, 1.5, bars)


def plain_profile(high: FloatArray, low: FloatArray, volume: FloatArray, bins: int = 50) -> tuple[float, ...]:
    """The definition, bin by bin and candle by candle."""
    bottom, top = low.min(), high.max()
    held = np.zeros(bins)
    for h, l, v in zip(high, low, volume, strict=True):
        lower = min(int((l - bottom) * (bins / (top - bottom))), bins - 1)
        upper = min(int((h - bottom) * (bins / (top - bottom))), bins - 1)
        held[lower : upper + 1] += v / (upper - lower + 1)
    peak = int(held.argmax())
    lower = upper = peak
    while held[lower : upper + 1].sum() < 0.7 * held.sum():
        above = held[upper + 1] if upper + 1 < bins else -1.0
        below = held[lower - 1] if lower > 0 else -1.0
        if above >= below:
            upper += 1
        else:
            lower -= 1
    width = (top - bottom) / bins
    return bottom + (peak + 0.5) * width, bottom + (upper + 1) * width, bottom + lower * width


@pytest.mark.parametrize("tick", [0.0, 0.1])
@pytest.mark.parametrize("window", [24, 60])
def test_every_profile_equals_the_plain_one(window: int, tick: float) -> None:
    high, low, volume = candles(150, tick=tick)
    ours = rolling_profile(high, low, volume, window)
    assert np.isnan(ours[:, : window - 1]).all()
    for t in range(window - 1, 150):
        w = slice(t - window + 1, t + 1)
        np.testing.assert_allclose(ours[:, t], plain_profile(high[w], low[w], volume[w]), rtol=1e-10)


@pytest.mark.compiled
@pytest.mark.parametrize("seed", range(3))
def test_every_day_profile_equals_the_plain_one(seed: int) -> None:
    high, low, volume = candles(1_500, seed)
    ours = rolling_profile(high, low, volume)
    for t in range(287, 1_500):
        w = slice(t - 287, t + 1)
        np.testing.assert_allclose(ours[:, t], plain_profile(high[w], low[w], volume[w]), rtol=1e-10)


def test_the_value_area_grows_to_one_end_when_the_other_is_reached() -> None:
    high = np.linspace(101.0, 110.0, 30)
    volume = np.exp(np.linspace(0.0, 6.0, 30))
    for upside_down in (False, True):
        v = volume[::-1].copy() if upside_down else volume
        poc, vah, val = rolling_profile(high, high - 0.2, v, 30)[:, -1]
        assert val <= poc <= vah
        np.testing.assert_allclose((poc, vah, val), plain_profile(high, high - 0.2, v), rtol=1e-10)


def test_a_window_without_range_or_volume_has_no_profile_and_the_next_ones_do() -> None:
    high, low, volume = candles(80)
    volume[10:40] = 0.0
    ours = rolling_profile(high, low, volume, 24)
    assert np.isnan(ours[:, 33:40]).all()
    assert not np.isnan(ours[:, 40:]).any()
    high[:] = low[:] = 5.0
    assert np.isnan(rolling_profile(high, low, volume, 24)).all()
