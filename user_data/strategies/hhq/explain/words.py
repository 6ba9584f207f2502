"""Codes as short words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hhq.exits.levels import VolatilityLevel
from hhq.language import NOT_AVAILABLE, Text
from hhq.market.values import Trend
from hhq.regime import MacroRegime, Regime

TRENDS: Mapping[Trend | None, Text] = MappingProxyType(
    {
        Trend.STRONG_BEARISH: Text("strong bearish", "güçlü düşüş"),
        Trend.BEARISH: Text("bearish", "düşüş"),
        Trend.NEUTRAL: Text("neutral", "nötr"),
        Trend.BULLISH: Text("bullish", "yükseliş"),
        Trend.STRONG_BULLISH: Text("strong bullish", "güçlü yükseliş"),
        None: NOT_AVAILABLE,
    }
)
REGIMES: Mapping[Regime, Text] = MappingProxyType(
    {
        Regime.NONE: Text("none", "belirsiz"),
        Regime.MEAN_REVERSION: Text("mean reversion", "ortalamaya dönüş"),
        Regime.TRENDING: Text("trending", "trend"),
        Regime.RANDOM: Text("random", "rastgele"),
    }
)
MACRO_REGIMES: Mapping[MacroRegime, Text] = MappingProxyType(
    {
        MacroRegime.NOT_AVAILABLE: Text("not available", "bilinmiyor"),
        MacroRegime.RANGING: Text("ranging", "yatay"),
        MacroRegime.QUIET: Text("quiet", "sakin"),
        MacroRegime.TRENDING_UP: Text("trending up", "yükseliş trendi"),
        MacroRegime.TRENDING_DOWN: Text("trending down", "düşüş trendi"),
        MacroRegime.VOLATILE: Text("volatile", "oynak"),
    }
)
VOLATILITY_LEVELS: Mapping[VolatilityLevel, Text] = MappingProxyType(
    {
        VolatilityLevel.VERY_LOW: Text("very low", "çok düşük"),
        VolatilityLevel.LOW: Text("low", "düşük"),
        VolatilityLevel.NORMAL: Text("normal", "normal"),
        VolatilityLevel.HIGH: Text("high", "yüksek"),
        VolatilityLevel.VERY_HIGH: Text("very high", "çok yüksek"),
    }
)
SIDES: Mapping[str, Text] = MappingProxyType(
    {
        "both": Text("both", "iki yön"),
        "long": Text("long", "yalnızca LONG"),
        "short": Text("short", "yalnızca SHORT"),
        "none": Text("none", "hiçbiri"),
    }
)


def hyphenated(regime: Regime) -> Text:
    """Return the regime's name as it stands before a noun."""
    text = REGIMES[regime]
    return Text(text.english.replace(" ", "-"), text.turkish)


def side_name(side: float) -> str:
    """Return LONG or SHORT by the sign."""
    return "LONG" if side > 0 else "SHORT"


def code_name(code: Trend | None) -> str:
    """Return the name of a trend in words, n/a for None."""
    return TRENDS[code].english
