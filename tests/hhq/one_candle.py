"""Candles with every feature set by hand, and the decision on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from hhq.coins import CoinTable
from hhq.decide import Decisions, decide
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS, WINDOW
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings, parse

CANDLES_PER_HOUR = 3_600_000 // CANDLE_MS
NOON = 20_000 * 288 + 12 * CANDLES_PER_HOUR - 1
"""Clock number of a candle that closes at 12:00 UTC."""

ACCEPTED: Mapping[Feature, float] = {
    Feature.CLOSE: 100.0,
    Feature.ZSCORE: -2.5,
    Feature.HURST: 0.40,
    Feature.ATR: 1.0,
    Feature.ATR_PCT: 1.0,
    Feature.ATR_1H: 2.0,
    Feature.ATR_1H_PCT: 2.0,
    Feature.ADX: 15.0,
    Feature.ADX_TREND: 0.0,
    Feature.RSI: 20.0,
    Feature.VOLUME_RATIO: 2.0,
    Feature.QUOTE_VOLUME_24H: 500e6,
    Feature.DAILY_TREND: 0.0,
    Feature.SWEEP: 0.0,
    Feature.EMA_GAP_15M: 0.0,
    Feature.CHANGE_15M: 0.0,
    Feature.EMA_GAP_1H: 0.0,
    Feature.CHANGE_1H: 0.0,
    Feature.EMA_GAP_4H: 0.0,
    Feature.CHANGE_4H: 0.0,
    Feature.STRONG_TREND_CHANGE: 0.0,
}
"""A LONG in mean reversion: 45 base, 5 strength, 10 range, 8 RSI, 8 volume = 76 points."""
SCORE = 76.0
SYMBOL = "SOL/USDT:USDT"
F = Feature


def block(
    values: Mapping[Feature, float] | None = None,
    *,
    symbol: str = SYMBOL,
    first_bar: int = NOON,
    history: int = WINDOW,
    bars: int = 1,
) -> FeatureBlock:
    """`bars` equal candles of one coin: ACCEPTED overlaid with `values`, all else n/a."""
    column = np.full(len(Feature), np.nan)
    for feature, value in {**ACCEPTED, **(values or {})}.items():
        column[feature] = value
    filled = np.repeat(column[:, np.newaxis, np.newaxis], bars, axis=2)
    return FeatureBlock((symbol,), first_bar, filled, np.full((1, bars), history, dtype=np.int64))


def market(
    given: Mapping[str, float] | None = None,
    *,
    bars: int = 1,
    macro: MacroRegime = MacroRegime.RANGING,
    **more: float,
) -> MarketValues:
    """A market in which nothing happens, except for the given values."""
    values = {**(given or {}), **more}
    unknown = {f.name for f in fields(MarketValues)}
    assert set(values) <= unknown, values
    calm = dict.fromkeys(unknown - {"macro"}, 0.0) | {
        "minutes_since_crash": np.inf,
        "minutes_since_pump": np.inf,
    }
    rows = {name: np.full(bars, value) for name, value in (calm | values).items()}
    return MarketValues(**rows, macro=np.full(bars, macro, dtype=np.int8))


def decided(
    values: Mapping[Feature, float] | None = None,
    settings: Mapping[str, object] | None = None,
    *,
    at: MarketValues | None = None,
    symbol: str = SYMBOL,
    first_bar: int = NOON,
    history: int = WINDOW,
) -> Decisions:
    """The decision on one candle."""
    candle = block(values, symbol=symbol, first_bar=first_bar, history=history)
    coins = CoinTable.of((symbol,), np.array([0.001]))
    return decide(candle, at or market(), coins, parse(HHQSettings, settings or {}))


def gate(*args: object, **kwargs: object) -> Gate:
    """Where the candle of :func:`decided` ends."""
    return Gate(int(decided(*args, **kwargs).gate[0, 0]))  # type: ignore[arg-type]  # the arguments of decided


def short(values: Mapping[Feature, float] | None = None) -> dict[Feature, float]:
    """The mirrored ACCEPTED, overlaid with `values`."""
    return {Feature.ZSCORE: 2.5, Feature.RSI: 80.0, **(values or {})}
