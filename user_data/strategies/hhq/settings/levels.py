"""Settings of stop, target and trail distances (docs/exits.md)."""

from __future__ import annotations

from typing import Annotated, NamedTuple, TypeAlias

from pydantic import Field

from hhq.settings.base import FallingSteps, RisingSteps, Section, option, setting

SL_ATR_DEFAULT = 2.0
TP_ATR_DEFAULT = 3.0
TRAIL_ACTIVATION_DEFAULT = 1.5
TRAIL_DISTANCE_DEFAULT = 1.0

_Positive: TypeAlias = Annotated[float, Field(gt=0, le=100)]
ByLevel: TypeAlias = tuple[_Positive, _Positive, _Positive, _Positive, _Positive]
"""One value for each volatility level, from very low to very high."""


class KillSwitchThreshold(NamedTuple):
    """The threshold of a kill switch stage: ROI % at the reference leverage, and how leverage tightens it."""

    base_pct: float = -30.0
    reference_leverage: float = 10.0
    tightest: float = 0.5
    loosest: float = 1.0


class MacroMultipliers(Section):
    """What a macro regime does to the distances of a trade."""

    trail: float = setting(1.0, 0.1, 5.0, "×", "Multiplier of the trail's activation and distance.")
    stop: float = setting(1.0, 0.1, 5.0, "×", "Multiplier of the stop's distance.")
    target: float = setting(1.0, 0.1, 5.0, "×", "Multiplier of the target's distance.")


class LevelSettings(Section):
    """Distances of stop, target and trail."""

    sl_atr: float = setting(
        SL_ATR_DEFAULT, 1.0, 5.0, "ATR", "Scales the stop table: each row × this value / 2.0."
    )
    tp_atr: float = setting(
        TP_ATR_DEFAULT, 1.5, 6.0, "ATR", "Scales the target table: each row × this value / 3.0."
    )
    exit_tightness: float = setting(
        1.2, 0.3, 4.0, "×", "Multiplies all distances and the trail's activation; smaller = exits sooner."
    )
    trail_activation: float = setting(
        TRAIL_ACTIVATION_DEFAULT, 0.5, 3.0, "ATR", "Scales the activation table: each row × this value / 1.5."
    )
    trail_distance: float = setting(
        TRAIL_DISTANCE_DEFAULT, 0.3, 2.0, "ATR", "Scales the distance table: each row × this value / 1.0."
    )
    volatility_limits: tuple[_Positive, _Positive, _Positive, _Positive] = option(
        (1.0, 2.0, 4.0, 7.0), "ATR % (1h) at which the levels low, normal, high and very high begin."
    )
    stop_by_level: ByLevel = option(
        (1.5, 2.0, 2.5, 3.0, 4.0), "Stop distance in ATR (1h) by volatility level."
    )
    target_by_level: ByLevel = option(
        (2.5, 3.0, 4.0, 5.0, 6.0), "Target distance in ATR (1h) by volatility level."
    )
    candle_range_curve: RisingSteps = option(
        ((0.0, 0.7), (0.5, 0.9), (2.0, 1.2), (5.0, 1.5)),
        "Corner points (ATR % of 5m, factor) of the factor of stop and target; straight lines between them.",
    )
    smallest_stop_pct: float = setting(0.6, 0.1, 5.0, "%", "A stop is never closer to the entry than this.")
    largest_distance_pct: float = setting(
        99.0, 50.0, 99.9, "%", "A distance below the entry is never larger than this: prices stay above 0."
    )
    reverting_below: float = setting(
        0.45, 0.15, 0.5, "H", "Below this Hurst exponent the target is moved out."
    )
    trending_above: float = setting(
        0.55, 0.5, 0.85, "H", "Above this Hurst exponent the target is moved out."
    )
    reverting_target: float = setting(1.2, 0.5, 3.0, "×", "Target multiplier of a mean-reverting coin.")
    trending_target: float = setting(1.3, 0.5, 3.0, "×", "Target multiplier of a trending coin.")
    activation_steps: RisingSteps = option(
        ((2.0, 2.0), (4.0, 1.5), (6.0, 1.2), (10.0, 1.0)),
        "Rows (ATR % of 1h at most, trail activation in ATR).",
    )
    activation_beyond: float = setting(0.8, 0.1, 5.0, "ATR", "Trail activation beyond the last row.")
    distance_steps: RisingSteps = option(
        ((2.0, 1.5), (4.0, 1.0), (6.0, 0.8), (10.0, 0.6)),
        "Rows (ATR % of 1h at most, trail distance in ATR).",
    )
    distance_beyond: float = setting(0.5, 0.1, 5.0, "ATR", "Trail distance beyond the last row.")
    hurst_steps: FallingSteps = option(
        ((0.65, 1.4), (0.55, 1.2), (0.45, 1.0), (0.35, 0.8)),
        "Rows (Hurst exponent at least, trail multiplier).",
    )
    hurst_otherwise: float = setting(0.6, 0.1, 3.0, "×", "Trail multiplier below the last row.")
    lowest_activation: float = setting(0.5, 0.1, 3.0, "ATR", "Trail activation is at least this.")
    highest_activation: float = setting(3.0, 0.5, 10.0, "ATR", "Trail activation is at most this.")
    lowest_distance: float = setting(0.3, 0.1, 2.0, "ATR", "Trail distance is at least this.")
    highest_distance: float = setting(2.0, 0.3, 10.0, "ATR", "Trail distance is at most this.")
    roi_by_level: ByLevel = option(
        (2.0, 3.0, 4.0, 6.0, 8.0), "ROI % that arms the trail, by volatility level."
    )
    width_steps: RisingSteps = option(
        ((1.0, 0.6), (1.5, 0.75), (2.5, 1.0), (4.0, 1.3), (6.0, 1.6)),
        "Rows (ATR % of 1h below, multiplier of the trail's distance).",
    )
    width_beyond: float = setting(
        2.0, 0.1, 5.0, "×", "Multiplier of the trail's distance beyond the last row."
    )
    tightening_steps: FallingSteps = option(
        ((10.0, 0.5), (5.0, 0.75)), "Rows (ROI % at least, multiplier of the trail's distance)."
    )
    macro_trending_up: MacroMultipliers = option(
        MacroMultipliers(trail=1.3, stop=1.2, target=1.5), "Multipliers while the market trends up."
    )
    macro_trending_down: MacroMultipliers = option(
        MacroMultipliers(trail=0.7, stop=0.8, target=0.7), "Multipliers while the market trends down."
    )
    macro_volatile: MacroMultipliers = option(
        MacroMultipliers(trail=0.8, stop=1.3, target=0.8), "Multipliers while the market is volatile."
    )
    macro_quiet: MacroMultipliers = option(
        MacroMultipliers(trail=0.9, stop=0.9, target=0.9), "Multipliers while the market is quiet."
    )
    macro_ranging: MacroMultipliers = option(
        MacroMultipliers(), "Multipliers while the market ranges, or its regime is unknown."
    )
