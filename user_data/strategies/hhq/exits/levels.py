"""Stop, target and trail distances at the fill, and the kill switch's thresholds (docs/exits.md).

Everything works on one trade as well as on arrays of candidates. A stop needs no Hurst exponent; where that is
missing, only what depends on it is n/a.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from hhq.arrays import FloatArray
from hhq.regime import MacroRegime
from hhq.settings.levels import (
    SL_ATR_DEFAULT,
    TP_ATR_DEFAULT,
    TRAIL_ACTIVATION_DEFAULT,
    TRAIL_DISTANCE_DEFAULT,
    KillSwitchThreshold,
    LevelSettings,
    MacroMultipliers,
)
from hhq.steps import Numbers, by_index, value_below, value_from, value_up_to


class VolatilityLevel(IntEnum):
    """How volatile a coin is, by the ATR of its 1h candles in %: the one enum for it."""

    VERY_LOW = 0
    LOW = 1
    NORMAL = 2
    HIGH = 3
    VERY_HIGH = 4


@dataclass(frozen=True, slots=True)
class FillMarket:
    """What the market looked like at the fill: single numbers or arrays of one shape.

    ``atr_1h`` in quote currency; ``atr_1h_pct`` and ``atr_5m_pct`` in percent of the close; ``hurst`` 0 … 1;
    ``macro`` codes of :class:`hhq.regime.MacroRegime`.
    """

    atr_1h: Numbers
    atr_1h_pct: Numbers
    atr_5m_pct: Numbers
    hurst: Numbers
    macro: Numbers


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of trades at their fill: float64 arrays of one shape (0-d for one trade), NaN = n/a.

    ``level`` code of :class:`VolatilityLevel`; prices in quote currency; ``…_pct`` in percent of the entry;
    ``trail_activation`` and ``trail_distance`` the multiples A and D of ATR (1h), clamped;
    ``trail_activation_pct`` = A·ATR·T, ``trail_distance_pct`` = D·ATR·T·v (before ROI tightens it);
    ``roi_activation`` in ROI %.
    """

    level: FloatArray
    stop_price: FloatArray
    target_price: FloatArray
    stop_distance_pct: FloatArray
    target_distance_pct: FloatArray
    trail_activation: FloatArray
    trail_distance: FloatArray
    trail_activation_pct: FloatArray
    trail_distance_pct: FloatArray
    roi_activation: FloatArray


def volatility_level(atr_1h_pct: Numbers, settings: LevelSettings) -> FloatArray:
    """Return codes of :class:`VolatilityLevel`, float64 in the input's shape, NaN where the ATR is n/a."""
    rows = tuple((limit, float(code)) for code, limit in enumerate(settings.volatility_limits))
    return value_below(atr_1h_pct, rows, float(VolatilityLevel.VERY_HIGH))


def candle_range_factor(atr_5m_pct: Numbers, settings: LevelSettings) -> FloatArray:
    """Return the factor m of stop and target by the ATR of 5m candles in % (docs/exits.md)."""
    points, factors = zip(*settings.candle_range_curve, strict=True)
    return np.asarray(np.interp(np.asarray(atr_5m_pct, dtype=np.float64), points, factors), dtype=np.float64)


def macro_multiplier(macro: Numbers, what: str, settings: LevelSettings) -> FloatArray:
    """Return the multiplier of ``what`` ("trail", "stop" or "target") for each macro regime code."""
    table: dict[MacroRegime, MacroMultipliers] = {
        MacroRegime.NOT_AVAILABLE: settings.macro_ranging,
        MacroRegime.RANGING: settings.macro_ranging,
        MacroRegime.QUIET: settings.macro_quiet,
        MacroRegime.TRENDING_UP: settings.macro_trending_up,
        MacroRegime.TRENDING_DOWN: settings.macro_trending_down,
        MacroRegime.VOLATILE: settings.macro_volatile,
    }
    return by_index([float(getattr(table[regime], what)) for regime in MacroRegime], macro)


def stop_distance_pct(market: FillMarket, price: Numbers, settings: LevelSettings) -> FloatArray:
    """Return the stop's distance in percent of ``price`` (docs/exits.md), at least the smallest stop."""
    level = volatility_level(market.atr_1h_pct, settings)
    multiple = by_index(settings.stop_by_level, level) * (settings.sl_atr / SL_ATR_DEFAULT)
    multiple *= macro_multiplier(market.macro, "stop", settings)
    distance = _distance_pct(multiple, market, price, settings)
    return np.asarray(np.clip(distance, settings.smallest_stop_pct, settings.largest_distance_pct))


def target_distance_pct(market: FillMarket, price: Numbers, settings: LevelSettings) -> FloatArray:
    """Return the target's distance in percent of ``price`` (docs/exits.md); NaN if H is n/a."""
    level = volatility_level(market.atr_1h_pct, settings)
    multiple = by_index(settings.target_by_level, level) * (settings.tp_atr / TP_ATR_DEFAULT)
    multiple *= macro_multiplier(market.macro, "target", settings) * _hurst_target(market.hurst, settings)
    return _distance_pct(multiple, market, price, settings)


def trail_multiples(
    atr_1h_pct: Numbers, hurst: Numbers, macro: Numbers, settings: LevelSettings
) -> tuple[FloatArray, FloatArray]:
    """Return the multiples (A, D) of ATR (1h): where the trail starts, and how far it follows (docs/exits.md)."""
    common = value_from(hurst, settings.hurst_steps, settings.hurst_otherwise)
    common = common * macro_multiplier(macro, "trail", settings)
    activation = value_up_to(atr_1h_pct, settings.activation_steps, settings.activation_beyond)
    distance = value_up_to(atr_1h_pct, settings.distance_steps, settings.distance_beyond)
    activation = activation * (settings.trail_activation / TRAIL_ACTIVATION_DEFAULT) * common
    distance = distance * (settings.trail_distance / TRAIL_DISTANCE_DEFAULT) * common
    return (
        np.asarray(np.clip(activation, settings.lowest_activation, settings.highest_activation)),
        np.asarray(np.clip(distance, settings.lowest_distance, settings.highest_distance)),
    )


def trail_width(atr_1h_pct: Numbers, settings: LevelSettings) -> FloatArray:
    """Return the multiplier v of the trail's distance by the ATR of 1h candles in % (docs/exits.md)."""
    return value_below(atr_1h_pct, settings.width_steps, settings.width_beyond)


def trail_tightening(roi_pct: Numbers, settings: LevelSettings) -> FloatArray:
    """Return the multiplier of the trail's distance by the ROI % reached so far (docs/exits.md)."""
    return value_from(roi_pct, settings.tightening_steps, 1.0)


def roi_activation_pct(atr_1h_pct: Numbers, settings: LevelSettings) -> FloatArray:
    """Return the ROI % that arms the trail: base of the level × exit tightness (docs/exits.md)."""
    return by_index(settings.roi_by_level, volatility_level(atr_1h_pct, settings)) * settings.exit_tightness


def levels_at_fill(market: FillMarket, entry: Numbers, side: Numbers, settings: LevelSettings) -> Levels:
    """Return stop, target and trail of trades filled at ``entry`` (> 0) on ``side`` +1 LONG or −1 SHORT."""
    price = np.asarray(entry, dtype=np.float64)
    stop = stop_distance_pct(market, price, settings)
    target = target_distance_pct(market, price, settings)
    activation, distance = trail_multiples(market.atr_1h_pct, market.hurst, market.macro, settings)
    unit = np.asarray(market.atr_1h, dtype=np.float64) / price * 100.0 * settings.exit_tightness
    return Levels(
        level=volatility_level(market.atr_1h_pct, settings),
        stop_price=_price_at(price, -np.asarray(side), stop, settings),
        target_price=_price_at(price, np.asarray(side), target, settings),
        stop_distance_pct=stop,
        target_distance_pct=target,
        trail_activation=activation,
        trail_distance=distance,
        trail_activation_pct=np.asarray(activation * unit),
        trail_distance_pct=np.asarray(distance * unit * trail_width(market.atr_1h_pct, settings)),
        roi_activation=roi_activation_pct(market.atr_1h_pct, settings),
    )


def kill_switch_threshold(leverage: Numbers, threshold: KillSwitchThreshold) -> FloatArray:
    """Return the ROI, in % of margin, at which a kill switch stage acts: base × clamp(√(10/leverage), 0.5, 1.0).

    See docs/exits.md. ``leverage`` ≥ 1; the sign is that of the base (−30: a loss). The price at that ROI lies
    result / leverage percent from the entry.
    """
    factor = np.sqrt(threshold.reference_leverage / np.asarray(leverage, dtype=np.float64))
    return np.asarray(threshold.base_pct * np.clip(factor, threshold.tightest, threshold.loosest))


def _distance_pct(
    multiple: FloatArray, market: FillMarket, price: Numbers, settings: LevelSettings
) -> FloatArray:
    in_money = np.asarray(market.atr_1h, dtype=np.float64) * multiple * settings.exit_tightness
    in_money = in_money * candle_range_factor(market.atr_5m_pct, settings)
    return np.asarray(in_money / np.asarray(price, dtype=np.float64) * 100.0)


def _hurst_target(hurst: Numbers, settings: LevelSettings) -> FloatArray:
    h = np.asarray(hurst, dtype=np.float64)
    factor = np.where(h < settings.reverting_below, settings.reverting_target, 1.0)
    factor = np.where(h > settings.trending_above, settings.trending_target, factor)
    return np.asarray(np.where(np.isnan(h), np.nan, factor))


def _price_at(
    price: FloatArray, direction: FloatArray, distance: FloatArray, settings: LevelSettings
) -> FloatArray:
    lowest = price * (1.0 - settings.largest_distance_pct / 100.0)
    return np.asarray(np.maximum(price * (1.0 + direction * distance / 100.0), lowest))
