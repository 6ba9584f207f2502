"""Everything about a candle with a side, from its points to its size."""

from __future__ import annotations

import math

import numpy as np

from hhq.entry import pullback_fraction, runs_with_the_trend, score_size, volume_profile_boost
from hhq.exits.levels import VolatilityLevel, levels_at_fill
from hhq.explain.candle import Candle, trend_code
from hhq.explain.costs import cost_lines
from hhq.explain.leverage import leverage_lines
from hhq.explain.points import score_lines
from hhq.explain.tree import (
    CandidateLines,
    EntryLines,
    LevelLines,
    MarketFilterLines,
    SizeLines,
    TimeframeLine,
    TimeframeLines,
)
from hhq.explain.words import VOLATILITY_LEVELS
from hhq.features.catalogue import Feature
from hhq.language import Language
from hhq.market.filters import EXPLANATIONS, MarketReason
from hhq.market.timeframes import CHANGES, GAPS, TIMEFRAMES
from hhq.regime import Regime
from hhq.signals import Signals, fill_market

_ONE = np.ones(1)


def candidate_lines(candle: Candle, signals: Signals, language: Language) -> CandidateLines:
    """Return everything about the one candidate in ``signals``, the evaluation of ``candle``."""
    return CandidateLines(
        side=int(signals.side[0]),
        score=score_lines(candle, signals, language),
        timeframes=_timeframes(candle, signals),
        market=_market(signals, language),
        leverage=leverage_lines(candle, signals, language),
        entry=_entry(candle, signals),
        costs=cost_lines(candle, signals),
        levels=_levels(candle, signals, language),
        size=_size(candle, signals),
    )


def _timeframes(candle: Candle, signals: Signals) -> TimeframeLines:
    found = signals.timeframes
    return TimeframeLines(
        timeframes=tuple(
            TimeframeLine(
                name,
                candle[gap],
                candle[change],
                trend_code(float(found.trends[row, 0])),
                float(found.points[row, 0]),
            )
            for row, (name, gap, change) in enumerate(zip(TIMEFRAMES, GAPS, CHANGES, strict=True))
        ),
        strong_trend_change=candle[Feature.STRONG_TREND_CHANGE],
        strong_trend_points=float(found.strong_trend_points[0]),
        total=float(found.total[0]),
        veto_at=candle.settings.market.timeframes.veto_at,
        aligned=int(found.aligned[0]),
        timeframe_size_factor=float(found.timeframe_size_factor[0]),
        strong_trend_size_factor=float(found.strong_trend_size_factor[0]),
    )


def _market(signals: Signals, language: Language) -> MarketFilterLines:
    found = signals.market
    veto, adjustment = MarketReason(int(found.veto_reason[0])), MarketReason(int(found.adjustment[0]))
    return MarketFilterLines(
        veto_reason=veto,
        veto_text=EXPLANATIONS[veto].told(language),
        adjustment=adjustment,
        adjustment_text=EXPLANATIONS[adjustment].told(language),
        penalty=float(found.penalty[0]),
        bonus=float(found.bonus[0]),
        flash_size_factor=float(found.flash_size_factor[0]),
        macro_score_factor=float(found.macro_score_factor[0]),
        macro_size_factor=float(found.macro_size_factor[0]),
        minimum_factor=float(found.minimum_factor[0]),
    )


def _entry(candle: Candle, signals: Signals) -> EntryLines:
    close, spread = candle[Feature.CLOSE], float(signals.factors.spread_pct[0])
    rule = candle.settings.entry
    with_the_trend = runs_with_the_trend(
        candle.regime is Regime.TRENDING,
        candle[Feature.ADX],
        candle[Feature.DAILY_TREND],
        signals.side,
        rule.pullback,
    )
    return EntryLines(
        close=close,
        pullback_by_atr_pct=100.0 * float(pullback_fraction(candle[Feature.ATR], close, 0.0, rule)),
        pullback_by_spread_pct=100.0 * float(pullback_fraction(0.0, close, spread, rule)),
        pullback_pct=100.0 * float(signals.pullback[0]),
        with_the_trend=bool(with_the_trend[0]),
        entry_price=float(signals.entry_price[0]),
    )


def _levels(candle: Candle, signals: Signals, language: Language) -> LevelLines:
    features = candle.block.values[:, :, 0]
    market = fill_market(features, candle.market.values.macro)
    levels = levels_at_fill(market, signals.entry_price, signals.side, candle.settings.levels)
    level = float(levels.level[0])
    return LevelLines(
        volatility="" if math.isnan(level) else VOLATILITY_LEVELS[VolatilityLevel(int(level))].told(language),
        stop_price=float(levels.stop_price[0]),
        stop_distance_pct=float(levels.stop_distance_pct[0]),
        target_price=float(levels.target_price[0]),
        target_distance_pct=float(levels.target_distance_pct[0]),
        trail_activation_pct=float(levels.trail_activation_pct[0]),
        trail_distance_pct=float(levels.trail_distance_pct[0]),
        trail_activation_atr=float(levels.trail_activation[0]),
        trail_distance_atr=float(levels.trail_distance[0]),
        roi_activation_pct=float(levels.roi_activation[0]),
    )


def _size(candle: Candle, signals: Signals) -> SizeLines:
    rule = candle.settings.entry.size
    by_score = score_size(signals.score, rule)
    boost = volume_profile_boost(
        candle[Feature.CLOSE],
        signals.side,
        candle[Feature.POC],
        candle[Feature.VAH],
        candle[Feature.VAL],
        rule,
    )
    return SizeLines(
        by_score=float(by_score[0]),
        by_timeframes=float(signals.timeframes.timeframe_size_factor[0]),
        by_strong_trend=float(signals.timeframes.strong_trend_size_factor[0]),
        by_flash=float(signals.market.flash_size_factor[0]),
        by_penalty=1.0 - float(signals.market.penalty[0]),
        by_bonus=1.0 + float(signals.market.bonus[0]),
        by_macro=float(signals.market.macro_size_factor[0]),
        boost=float(boost[0]),
        size_factor=float(signals.size_factor[0]),
    )
