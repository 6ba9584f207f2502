"""The features in groups, with their units and the words for their codes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from hhq.arrays import FloatArray
from hhq.explain.tree import FeatureLine
from hhq.explain.words import TRENDS
from hhq.features.catalogue import Feature
from hhq.language import Language, Text
from hhq.market.values import Trend

DIRECTIONS: Mapping[int, Text] = MappingProxyType(
    {-1: TRENDS[Trend.BEARISH], 0: Text("none", "hiçbiri"), 1: TRENDS[Trend.BULLISH]}
)
_BY_TREND: Mapping[int, Text] = MappingProxyType({int(code): TRENDS[code] for code in Trend})

GROUPS: Mapping[Text, Mapping[Feature, str]] = MappingProxyType(
    {
        Text("stretch and regime", "sapma ve rejim"): {
            Feature.CLOSE: "USDT",
            Feature.ZSCORE: "σ",
            Feature.HURST: "",
        },
        Text("range", "aralık"): {
            Feature.ATR: "USDT",
            Feature.ATR_PCT: "%",
            Feature.ATR_1H: "USDT",
            Feature.ATR_1H_PCT: "%",
            Feature.BB_POSITION: "−1…1",
            Feature.BB_WIDTH: "%",
        },
        Text("trend", "trend"): {
            Feature.ADX: "",
            Feature.PLUS_DI: "",
            Feature.MINUS_DI: "",
            Feature.ADX_TREND: "",
            Feature.EMA8: "USDT",
            Feature.EMA21: "USDT",
            Feature.EMA_CROSS: "",
            Feature.EMA_STATE: "",
            Feature.DAILY_CHANGE: "%",
            Feature.DAILY_TREND: "",
        },
        Text("momentum", "momentum"): {
            Feature.RSI: "",
            Feature.MACD_HISTOGRAM: "USDT",
            Feature.MACD_CROSS: "",
            Feature.STOCH_RSI_K: "",
            Feature.STOCH_RSI_D: "",
            Feature.STOCH_RSI_CROSS: "",
        },
        Text("volume", "hacim"): {
            Feature.VWAP: "USDT",
            Feature.VWAP_ZSCORE: "σ",
            Feature.VOLUME_RATIO: "×",
            Feature.VOLUME_SPIKE: "",
            Feature.POC: "USDT",
            Feature.VAH: "USDT",
            Feature.VAL: "USDT",
            Feature.QUOTE_VOLUME_24H: "USDT",
        },
        Text("structure", "yapı"): {
            Feature.SWEEP: "",
            Feature.FVG: "",
            Feature.FVG_DISTANCE: "USDT",
            Feature.BREAKOUT: "",
            Feature.SMT: "",
        },
        Text("book and flow", "emir defteri ve akış"): {
            Feature.SPREAD_PCT: "%",
            Feature.IMBALANCE: "%",
            Feature.IMBALANCE_TREND: "",
            Feature.BASIS_PCT: "%",
            Feature.FUNDING_RATE: "% per 8 h",
            Feature.WHALE_Z: "σ",
            Feature.LIQUIDATED_SHORTS: "USDT",
            Feature.LIQUIDATED_LONGS: "USDT",
        },
        Text("higher timeframes", "üst zaman dilimleri"): {
            Feature.EMA_GAP_15M: "%",
            Feature.CHANGE_15M: "%",
            Feature.EMA_GAP_1H: "%",
            Feature.CHANGE_1H: "%",
            Feature.EMA_GAP_4H: "%",
            Feature.CHANGE_4H: "%",
            Feature.STRONG_TREND_CHANGE: "%",
        },
    }
)
"""Every feature once: its group, and its unit."""

MEANINGS: Mapping[Feature, Mapping[int, Text]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                Feature.ADX_TREND,
                Feature.EMA_CROSS,
                Feature.EMA_STATE,
                Feature.MACD_CROSS,
                Feature.STOCH_RSI_CROSS,
                Feature.SWEEP,
                Feature.FVG,
                Feature.BREAKOUT,
                Feature.SMT,
            ),
            DIRECTIONS,
        ),
        Feature.DAILY_TREND: _BY_TREND,
        Feature.VOLUME_SPIKE: {0: Text("no", "hayır"), 1: Text("yes", "evet")},
    }
)
"""Words for the values of those features that are codes."""


def feature_lines(values: FloatArray, language: Language) -> tuple[FeatureLine, ...]:
    """Return all features of one coin-candle, group by group; ``values`` float64 (len(Feature),)."""
    return tuple(
        FeatureLine(
            feature,
            group.told(language),
            float(values[feature]),
            unit,
            meaning(feature, float(values[feature]), language),
        )
        for group, units in GROUPS.items()
        for feature, unit in units.items()
    )


def meaning(feature: Feature, value: float, language: Language) -> str:
    """Return the word for a code; "" for a feature that is a plain number or n/a."""
    words = MEANINGS.get(feature)
    return "" if words is None or math.isnan(value) else words[int(value)].told(language)
