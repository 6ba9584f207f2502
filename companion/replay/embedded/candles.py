"""From a log-price path to 5m candles on the tick and step grid, and to hourly mark prices."""

from __future__ import annotations

import math

import numpy as np

from companion.replay.candles import Candles
from companion.replay.embedded.noise import (
    LOG_UNIT,
    FloatArray,
    IntArray,
    path_extremes,
    slow_noise,
    to_log_units,
)
from companion.replay.embedded.price_path import PricePath
from companion.replay.embedded.specification import CANDLE_MS, CANDLES_PER_DAY, HOUR_MS
from companion.replay.embedded.traits import Traits

_CANDLES_PER_HOUR = HOUR_MS // CANDLE_MS
# Log volume: its slow and fast own noise, and how it answers to volatility and to the candle's move.
_VOLUME_SLOW, _VOLUME_FAST, _VOLUME_WHITE = 0.35, 0.45, 0.42
_VOLUME_BY_AGITATION, _VOLUME_BY_MOVE = 0.7, 0.75
_GAP_SHARE = 0.25
_MARK_NOISE = 0.00008


def draw_candles(
    rng: np.random.Generator, traits: Traits, path: PricePath, activity: FloatArray, start_ms: int
) -> Candles:
    """5m candles of the coin's whole path; each opens at the last close, sometimes a tick off it."""
    levels = to_log_units(path.change)
    end = np.cumsum(levels)
    begin = end - levels
    high, low = path_extremes(rng, path.change, path.deviation)
    scale = 10.0**traits.price_digits
    closes = _ticks(traits.price, end, scale)
    opens = np.concatenate((_ticks(traits.price, begin[:1], scale), closes[:-1]))
    opens += (rng.random(len(opens)) < _GAP_SHARE) * rng.integers(-1, 2, len(opens))
    opens = np.maximum(opens, 1.0)
    highs = np.maximum(_ticks(traits.price, begin + to_log_units(high), scale), np.maximum(opens, closes))
    lows = np.minimum(_ticks(traits.price, begin + to_log_units(low), scale), np.minimum(opens, closes))
    volume = _volume(rng, traits, path, activity, closes / scale)
    time = start_ms + CANDLE_MS * np.arange(len(closes), dtype=np.int64)
    return Candles(time, opens / scale, highs / scale, lows / scale, closes / scale, volume)


def _ticks(price: float, level: IntArray, scale: float) -> FloatArray:
    """Prices at the log-price `level` relative to `price`, in whole ticks, at least one."""
    ticks: FloatArray = np.maximum(np.rint(price * np.exp(level * LOG_UNIT) * scale), 1.0)
    return ticks


def _volume(
    rng: np.random.Generator, traits: Traits, path: PricePath, activity: FloatArray, close: FloatArray
) -> FloatArray:
    """Coins traded per candle, on the step grid, at least one step."""
    candles = len(close)
    move = np.abs(path.change) / traits.volatility
    log_volume = (
        np.log(activity)
        + _VOLUME_SLOW * slow_noise(rng, candles, CANDLES_PER_DAY)
        + _VOLUME_FAST * slow_noise(rng, candles, 5.0)
        + _VOLUME_WHITE * rng.standard_normal(candles)
        + _VOLUME_BY_AGITATION * path.agitation
        + _VOLUME_BY_MOVE * np.log1p(move)
    )
    # Thin markets trade unevenly.
    thinness = min(max((8.0 - math.log10(traits.daily_volume)) / 3.0, 0.0), 0.8)
    log_volume += thinness * 0.9 * rng.standard_normal(candles)
    # Scaled by a constant near the mean of the exponential, so that the day's sum is about daily_volume.
    typical = 1.9 * math.exp(0.5 * (0.9 * thinness) ** 2)
    quote = traits.daily_volume / CANDLES_PER_DAY * np.exp(log_volume) / typical
    steps = 10.0**traits.quantity_digits
    # The computed part is cut to a few digits, so that the last bit of an exp cannot show; the rest are drawn.
    grain = 10 ** max(
        0, math.floor(math.log10(traits.daily_volume / CANDLES_PER_DAY / traits.price * steps)) - 4
    )
    whole = np.rint(quote / close * (steps / grain)) * grain + rng.integers(0, grain, candles)
    volume: FloatArray = np.maximum(whole, 1.0) / steps
    return volume


def mark_candles(rng: np.random.Generator, traits: Traits, candles: Candles) -> Candles:
    """Hourly mark prices: the last price with a small deviation, finer than the tick, without volume."""
    hours = len(candles) // _CANDLES_PER_HOUR
    shape = (hours, _CANDLES_PER_HOUR)
    used = hours * _CANDLES_PER_HOUR
    noise = to_log_units(_MARK_NOISE * rng.standard_normal(hours + 1))
    deviation = 1.0 + noise.astype(np.float64) * LOG_UNIT
    digits = min(traits.price_digits + 4, 12)
    opens = np.round(candles.open[:used].reshape(shape)[:, 0] * deviation[:-1], digits)
    closes = np.round(candles.close[:used].reshape(shape)[:, -1] * deviation[1:], digits)
    highs = np.maximum(candles.high[:used].reshape(shape).max(axis=1), np.maximum(opens, closes))
    lows = np.minimum(candles.low[:used].reshape(shape).min(axis=1), np.minimum(opens, closes))
    return Candles(candles.time[:used:_CANDLES_PER_HOUR], opens, highs, lows, closes, np.zeros(hours))
