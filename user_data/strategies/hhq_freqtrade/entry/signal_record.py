"""The record of a signal: everything known at the entry, as plain values for Freqtrade's custom data."""

from __future__ import annotations

import math
from dataclasses import asdict

from hhq.digest import digest_text, settings_digest
from hhq.features.catalogue import Feature
from hhq.layers import LAYERS
from hhq.leverage.factors import LeverageFactors
from hhq.leverage.position import PositionPlan
from hhq.market.filters import MarketReason
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings
from hhq.signals import Signals
from hhq_freqtrade.account.state_file import Json
from hhq_freqtrade.entry.plan import EntryPlan
from hhq_freqtrade.position.waiting_signals import market_record, plain


def signal_record(plan: EntryPlan, settings: HHQSettings, max_open_trades: float) -> dict[str, Json]:
    """Return the record of a plan that becomes an order; NaN is written as None (n/a).

    ``forced``: a user asked for the entry, for what ``asked`` says (None: the bot chose). What the bot itself made of the
    candle, ``gate`` and ``signal_side``, and the points of the user's side then decided nothing.
    """
    signals = plan.signals
    record: dict[str, Json] = {
        "pair": plan.pair,
        "candle": plan.candle,
        "side": plan.side,
        "forced": plan.asked is not None,
        "gate": plan.gate.name,
        "signal_side": plan.signal_side,
        "digest": digest_text(plan.digest),
        "price": plain(plan.features[Feature.CLOSE]),
        "entry_price": plain(plan.entry_price),
        "pullback": plain(float(signals.pullback[0])) if plan.asked is None else None,
        "score": plain(plan.score),
        "market_score": plain(float(signals.score[0])),
        "minimum": plain(plan.minimum),
        "raw": plain(float(signals.raw[0])),
        "pattern_points": plain(plan.pattern_points),
        "kill_switch_penalty": plain(plan.kill_penalty),
        "size_factor": plain(plan.size_factor),
        "points": {
            layer.name: plain(float(points))
            for layer, points in zip(LAYERS, signals.points[:, 0], strict=True)
        },
        "features": {feature.name.lower(): plain(plan.features[feature]) for feature in Feature},
        **_filters_record(signals),
        "settings_snapshot": _settings_snapshot(plan, settings, max_open_trades),
        "fill_market": market_record(plan.fill_market),
    }
    if plan.position is not None:
        record["leverage"] = _leverage_record(plan.position, signals.factors)
    if plan.asked is not None:
        record["asked"] = {name: plain(wish) for name, wish in asdict(plan.asked).items()}
    return record


def _filters_record(signals: Signals) -> dict[str, Json]:
    return {
        "timeframes": {
            "total": plain(float(signals.timeframes.total[0])),
            "aligned": int(signals.timeframes.aligned[0]),
            "strong_trend_points": plain(float(signals.timeframes.strong_trend_points[0])),
        },
        "market": {
            "penalty": plain(float(signals.market.penalty[0])),
            "bonus": plain(float(signals.market.bonus[0])),
            "adjustment": MarketReason(int(signals.market.adjustment[0])).name,
        },
    }


def _leverage_record(position: PositionPlan, factors: LeverageFactors) -> dict[str, Json]:
    return {
        "leverage": plain(position.leverage),
        "requested": plain(position.requested_leverage),
        "bound_by": position.bound_by.value if position.bound_by else None,
        "spread_pct": plain(float(factors.spread_pct[0])),
        "spread_estimated": bool(factors.spread_estimated[0]),
        "base_spread": plain(float(factors.base_spread[0])),
        "price_factor": plain(float(factors.price_factor[0])),
        "volatility_factor": plain(float(factors.volatility_factor[0])),
        "mtf_mult": plain(float(factors.mtf_mult[0])),
        "stop_distance_pct": plain(position.stop_distance_pct),
        "liquidation_distance_pct": plain(position.liquidation_distance_pct),
        "kill_switch_distance_pct": plain(position.kill_switch_distance_pct),
        "adjustments": [step.name for step in position.adjustments],
    }


def _settings_snapshot(plan: EntryPlan, settings: HHQSettings, max_open_trades: float) -> dict[str, Json]:
    return {
        "entry_tightness": settings.entry.entry_tightness,
        "z_score_threshold": settings.signal.z_score_threshold,
        "min_score_low": settings.signal.minimum_score.low,
        "min_score_high": settings.signal.minimum_score.high,
        "max_positions": plain(max_open_trades),
        "market_regime": MacroRegime(int(_macro(plan))).name,
        "settings": settings_digest(settings),
    }


def _macro(plan: EntryPlan) -> float:
    macro = plan.fill_market.macro
    return float(macro) if not math.isnan(float(macro)) else float(MacroRegime.NOT_AVAILABLE)
