"""The features in their fixed order, and how each one looks on the mirrored market."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from hhq.arrays import FloatArray, IntArray


class Mirror(Enum):
    """What becomes of a feature when every price move is turned round."""

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


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """Features of many coins: ``values`` float64 of shape (len(Feature), coins, bars).

    Every value is rounded to 9 significant digits; NaN = n/a. ``history`` int64 (coins, bars): closed candles that
    the coin had at that bar, at most ``panel.WINDOW``. ``first_bar`` as in :class:`hhq.panel.Panel`.
    """

    symbols: tuple[str, ...]
    first_bar: int
    values: FloatArray
    history: IntArray

    def __getitem__(self, feature: Feature) -> FloatArray:
        return self.values[feature]
