"""The leverage of a candidate, factor by factor, and the cap that bound it."""

from __future__ import annotations

import math

from hhq.explain.candle import Candle
from hhq.explain.sentences import Sentence
from hhq.explain.tree import CapLine, LeverageLines
from hhq.features.catalogue import Feature
from hhq.language import Language
from hhq.leverage.bounds import kill_switch_bound, volatility_cap
from hhq.leverage.position import LeverageCap
from hhq.signals import Signals


def leverage_lines(candle: Candle, signals: Signals, language: Language) -> LeverageLines:
    """Return the leverage that the market allows, before the account and the size are known."""
    settings = candle.settings
    factors = signals.factors.breakdown(settings.leverage, 1.0, (0,))
    caps = _caps(candle, signals)
    remark = _remark(factors.spread_pct, caps)
    tick = float(candle.coins.tick_size[0])
    return LeverageLines(
        spread_pct=factors.spread_pct,
        spread_estimated=factors.spread_estimated,
        tick_size=tick,
        price=candle[Feature.CLOSE],
        quote_volume_24h=candle[Feature.QUOTE_VOLUME_24H],
        atr_1h_pct=candle[Feature.ATR_1H_PCT],
        aligned=int(signals.timeframes.aligned[0]),
        base_spread=factors.base_spread,
        price_factor=factors.price_factor,
        volatility_factor=factors.volatility_factor,
        mtf_mult=factors.mtf_mult,
        product=factors.product,
        rounded=factors.leverage,
        caps=caps,
        bound_by=_binding(factors.leverage, caps),
        leverage=float(signals.leverage[0]),
        remark="" if remark is None else remark.value.told(language),
    )


def _caps(candle: Candle, signals: Signals) -> tuple[CapLine, ...]:
    settings = candle.settings
    kill = kill_switch_bound(signals.stop_distance_pct, settings.exits.kill_switch.first(), settings.leverage)
    by_level = volatility_cap(candle[Feature.ATR_1H_PCT], settings.levels, settings.leverage)
    return (
        CapLine(LeverageCap.BRACKET, float(candle.coins.largest_leverage[0])),
        CapLine(LeverageCap.MAX_LEVERAGE, float(settings.leverage.max_leverage)),
        CapLine(LeverageCap.VOLATILITY, float(by_level)),
        CapLine(LeverageCap.KILL_SWITCH, float(kill[0])),
    )


def _binding(rounded: float, caps: tuple[CapLine, ...]) -> LeverageCap | None:
    """Return the tightest cap below the rounded product of the factors, on a tie the first."""
    tighter = [line for line in caps if line.allowed < rounded]
    return min(tighter, key=lambda line: line.allowed).cap if tighter else None


def _remark(spread_pct: float, caps: tuple[CapLine, ...]) -> Sentence | None:
    if math.isnan(spread_pct):
        return Sentence.SPREAD_MISSING
    if any(line.cap is LeverageCap.BRACKET and math.isnan(line.allowed) for line in caps):
        return Sentence.TIERS_MISSING
    return None
