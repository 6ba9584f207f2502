"""The record of a signal: everything that was known at the entry, as plain values for Freqtrade's custom data."""

from __future__ import annotations

import math

from hhq.digest import digest_text, settings_digest
from hhq.exits.levels import FillMarket
from hhq.features.catalogue import Feature
from hhq.layers import LAYERS
from hhq.market.filters import MarketReason
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings
from hhq_freqtrade.entry.desk import EntryPlan

FILL_MARKET = ("atr_1h", "atr_1h_pct", "atr_5m_pct", "hurst", "macro")

Plain = float | int | str | bool | None | dict[str, "Plain"] | list["Plain"]


def signal_record(plan: EntryPlan, settings: HHQSettings, max_open_trades: float) -> dict[str, Plain]:
    """Return the record of a plan that became an order; NaN is written as None (n/a)."""
    signals, position = plan.signals, plan.position
    snapshot: dict[str, Plain] = {
        "entry_tightness": settings.entry.entry_tightness,
        "z_score_threshold": settings.signal.z_score_threshold,
        "min_score_low": settings.signal.minimum_score.low,
        "min_score_high": settings.signal.minimum_score.high,
        "max_positions": _plain(max_open_trades),
        "market_regime": MacroRegime(int(signals_macro(plan))).name,
        "settings": settings_digest(settings),
    }
    record: dict[str, Plain] = {
        "pair": plan.pair,
        "candle": plan.number,
        "side": plan.side,
        "digest": digest_text(plan.digest),
        "price": _plain(plan.features[Feature.CLOSE]),
        "entry_price": _plain(plan.entry_price),
        "pullback": _plain(float(signals.pullback[0])),
        "score": _plain(plan.score),
        "market_score": _plain(float(signals.score[0])),
        "minimum": _plain(plan.minimum),
        "raw": _plain(float(signals.raw[0])),
        "pattern_points": _plain(plan.pattern_points),
        "kill_switch_penalty": _plain(plan.kill_penalty),
        "size_factor": _plain(float(signals.size_factor[0])),
        "points": {
            layer.name: _plain(float(points))
            for layer, points in zip(LAYERS, signals.points[:, 0], strict=True)
        },
        "features": {feature.name.lower(): _plain(plan.features[feature]) for feature in Feature},
        "timeframes": {
            "total": _plain(float(signals.timeframes.total[0])),
            "aligned": int(signals.timeframes.aligned[0]),
            "strong_trend_points": _plain(float(signals.timeframes.strong_trend_points[0])),
        },
        "market": {
            "penalty": _plain(float(signals.market.penalty[0])),
            "bonus": _plain(float(signals.market.bonus[0])),
            "adjustment": MarketReason(int(signals.market.adjustment[0])).name,
        },
        "settings_snapshot": snapshot,
        "fill_market": market_record(plan.fill_market),
    }
    if position is not None:
        record["leverage"] = {
            "leverage": _plain(position.leverage),
            "requested": _plain(position.requested_leverage),
            "bound_by": position.bound_by.value if position.bound_by else None,
            "spread_pct": _plain(float(signals.factors.spread_pct[0])),
            "spread_estimated": bool(signals.factors.spread_estimated[0]),
            "base_spread": _plain(float(signals.factors.base_spread[0])),
            "price_factor": _plain(float(signals.factors.price_factor[0])),
            "volatility_factor": _plain(float(signals.factors.volatility_factor[0])),
            "mtf_mult": _plain(float(signals.factors.mtf_mult[0])),
            "stop_distance_pct": _plain(position.stop_distance_pct),
            "liquidation_distance_pct": _plain(position.liquidation_distance_pct),
            "kill_switch_distance_pct": _plain(position.kill_switch_distance_pct),
            "adjustments": [step.name for step in position.adjustments],
        }
    return record


def market_record(market: FillMarket) -> dict[str, Plain]:
    """Return what levels are made from at the fill; with it they can be made again."""
    return {name: _plain(float(getattr(market, name))) for name in FILL_MARKET}


def signals_macro(plan: EntryPlan) -> float:
    """Return the code of the macro regime that the plan was made in."""
    macro = plan.fill_market.macro
    return float(macro) if not math.isnan(float(macro)) else float(MacroRegime.NOT_AVAILABLE)


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
