"""The features in their fixed order, and what each becomes on the mirrored market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType

import numpy as np

from hhq.arrays import FloatArray, IntArray


class Mirror(Enum):
    """What becomes of a feature when every price move is reversed."""

    SAME = "same"
    NEGATED = "negated"
    OF_100 = "100 minus the value"
    ABOUT_CLOSE = "reflected about the close"


class Feature(IntEnum):
    """Index of a feature in a :class:`FeatureBlock`; the order is part of the digest and never changes."""

    CLOSE = 0
    ZSCORE = 1
    HURST = 2
    ATR = 3
    ATR_PCT = 4
    ATR_1H = 5
    ATR_1H_PCT = 6
    ADX = 7
    PLUS_DI = 8
    MINUS_DI = 9
    ADX_TREND = 10
    RSI = 11
    MACD_HISTOGRAM = 12
    MACD_CROSS = 13
    BB_POSITION = 14
    BB_WIDTH = 15
    STOCH_RSI_K = 16
    STOCH_RSI_D = 17
    STOCH_RSI_CROSS = 18
    EMA8 = 19
    EMA21 = 20
    EMA_CROSS = 21
    EMA_STATE = 22
    VWAP = 23
    VWAP_ZSCORE = 24
    VOLUME_RATIO = 25
    VOLUME_SPIKE = 26
    POC = 27
    VAH = 28
    VAL = 29
    SWEEP = 30
    FVG = 31
    FVG_DISTANCE = 32
    BREAKOUT = 33
    SMT = 34
    DAILY_CHANGE = 35
    DAILY_TREND = 36
    BASIS_PCT = 37
    FUNDING_RATE = 38
    SPREAD_PCT = 39
    IMBALANCE = 40
    IMBALANCE_TREND = 41
    WHALE_Z = 42
    LIQUIDATED_SHORTS = 43
    LIQUIDATED_LONGS = 44
    QUOTE_VOLUME_24H = 45
    EMA_GAP_15M = 46
    CHANGE_15M = 47
    EMA_GAP_1H = 48
    CHANGE_1H = 49
    EMA_GAP_4H = 50
    CHANGE_4H = 51
    STRONG_TREND_CHANGE = 52


FROM_RECORDS = MappingProxyType(
    {
        Feature.BASIS_PCT: "basis_pct",
        Feature.FUNDING_RATE: "funding_rate",
        Feature.SPREAD_PCT: "spread_pct",
        Feature.IMBALANCE: "imbalance",
        Feature.IMBALANCE_TREND: "imbalance_trend",
        Feature.WHALE_Z: "whale_z",
        Feature.LIQUIDATED_SHORTS: "liquidated_shorts",
        Feature.LIQUIDATED_LONGS: "liquidated_longs",
    }
)
"""Features that come from recorded rows, each with its field of :class:`hhq.panel.RecordedRows`."""

FROM_OUTSIDE = frozenset(FROM_RECORDS) | {Feature.SMT}
"""Features that do not come from the coin's own candles."""

_NEGATED = (
    Feature.ZSCORE,
    Feature.ADX_TREND,
    Feature.MACD_HISTOGRAM,
    Feature.MACD_CROSS,
    Feature.BB_POSITION,
    Feature.STOCH_RSI_CROSS,
    Feature.EMA_CROSS,
    Feature.EMA_STATE,
    Feature.VWAP_ZSCORE,
    Feature.SWEEP,
    Feature.FVG,
    Feature.BREAKOUT,
    Feature.SMT,
    Feature.DAILY_CHANGE,
    Feature.DAILY_TREND,
    Feature.BASIS_PCT,
    Feature.FUNDING_RATE,
    Feature.IMBALANCE,
    Feature.IMBALANCE_TREND,
    Feature.WHALE_Z,
    Feature.EMA_GAP_15M,
    Feature.CHANGE_15M,
    Feature.EMA_GAP_1H,
    Feature.CHANGE_1H,
    Feature.EMA_GAP_4H,
    Feature.CHANGE_4H,
    Feature.STRONG_TREND_CHANGE,
)
_ABOUT_CLOSE = (Feature.EMA8, Feature.EMA21, Feature.VWAP, Feature.POC, Feature.VAH, Feature.VAL)

MIRROR: Mapping[Feature, Mirror] = MappingProxyType(
    dict.fromkeys(Feature, Mirror.SAME)
    | dict.fromkeys(_NEGATED, Mirror.NEGATED)
    | dict.fromkeys(_ABOUT_CLOSE, Mirror.ABOUT_CLOSE)
    | dict.fromkeys((Feature.RSI, Feature.STOCH_RSI_K, Feature.STOCH_RSI_D), Mirror.OF_100)
)
"""What becomes of each feature on the mirrored market; the features in :data:`SWAPPED` trade places as well."""

SWAPPED: Mapping[Feature, Feature] = MappingProxyType(
    {
        Feature.PLUS_DI: Feature.MINUS_DI,
        Feature.MINUS_DI: Feature.PLUS_DI,
        Feature.VAH: Feature.VAL,
        Feature.VAL: Feature.VAH,
        Feature.LIQUIDATED_SHORTS: Feature.LIQUIDATED_LONGS,
        Feature.LIQUIDATED_LONGS: Feature.LIQUIDATED_SHORTS,
    }
)
"""On the mirrored market, the feature of a key is the mirrored value of the feature that it maps to."""


def mirrored(values: FloatArray) -> FloatArray:
    """Return ``values``, float64 (len(Feature), …), as they are on the mirrored market, in the same shape."""
    out = np.empty_like(values)
    for feature in Feature:
        value = values[SWAPPED.get(feature, feature)]
        if MIRROR[feature] is Mirror.NEGATED:
            value = -value
        elif MIRROR[feature] is Mirror.OF_100:
            value = 100.0 - value
        elif MIRROR[feature] is Mirror.ABOUT_CLOSE:
            value = 2.0 * values[Feature.CLOSE] - value
        out[feature] = value
    return out


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """Features of many coins: ``values`` float64 of shape (len(Feature), coins, bars).

    Every value is rounded to 9 significant digits; NaN = n/a. ``history`` int64 (coins, bars): how many
    closed candles the coin had at that bar, at most ``panel.WINDOW``. ``first_bar`` as in
    :class:`hhq.panel.Panel`.
    """

    symbols: tuple[str, ...]
    first_bar: int
    values: FloatArray
    history: IntArray

    def __getitem__(self, feature: Feature) -> FloatArray:
        values: FloatArray = self.values[feature]
        return values
