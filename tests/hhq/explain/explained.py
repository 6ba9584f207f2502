"""Candles with every input set by hand or drawn at random, and the explanation of the decision on them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hhq.arrays import FloatArray
from hhq.coins import CoinTable, ContractType
from hhq.contracts import with_contracts
from hhq.decide import decide
from hhq.explain.candle import Candle
from hhq.explain.explanation import explain
from hhq.explain.gate_step import GateStep, Outcome
from hhq.explain.tree import CandidateLines, Explanation, LayerLine
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.language import Language
from hhq.market.series import Changes, MarketSeries
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings, parse

NOON = 1_754_049_600_000 // CANDLE_MS - 1
"""Number of the candle that closes at 2025-08-01 12:00 UTC."""
THREE = NOON - 9 * 12
SETTINGS = HHQSettings()
WITHOUT_BOOK = parse(HHQSettings, {"signal": {"regime": {"random_without_book": True}}})
NAN = math.nan
REVERSION = {
    Feature.CLOSE: 100.0,
    Feature.ZSCORE: -2.4,
    Feature.HURST: 0.42,
    Feature.ATR: 0.4,
    Feature.ATR_PCT: 0.4,
    Feature.ATR_1H: 1.2,
    Feature.ATR_1H_PCT: 1.2,
    Feature.ADX: 15.0,
    Feature.ADX_TREND: 0.0,
    Feature.RSI: 24.0,
    Feature.VWAP_ZSCORE: -1.0,
    Feature.VOLUME_RATIO: 2.5,
    Feature.POC: 100.3,
    Feature.VAH: 103.0,
    Feature.VAL: 98.0,
    Feature.BB_POSITION: -1.1,
    Feature.STOCH_RSI_K: 12.0,
    Feature.STOCH_RSI_CROSS: 1.0,
    Feature.DAILY_TREND: 1.0,
    Feature.FVG: 0.0,
    Feature.FUNDING_RATE: 0.01,
    Feature.SWEEP: 0.0,
    Feature.QUOTE_VOLUME_24H: 3e8,
    Feature.EMA_GAP_15M: 0.5,
    Feature.CHANGE_15M: 0.5,
    Feature.EMA_GAP_1H: 0.5,
    Feature.CHANGE_1H: 0.1,
    Feature.EMA_GAP_4H: 1.0,
    Feature.CHANGE_4H: 1.5,
    Feature.STRONG_TREND_CHANGE: 2.0,
}
"""A mean-reversion LONG that everything agrees with; features that are not named are n/a."""
TRENDING = {**REVERSION, Feature.HURST: 0.6, Feature.ZSCORE: 2.4, Feature.ADX: 35.0, Feature.ADX_TREND: 1.0}
RANDOM = {**REVERSION, Feature.HURST: 0.5}


def block_of(features: dict[Feature, float], *, symbol: str, bar: int, history: int) -> FeatureBlock:
    values = np.full((len(Feature), 1, 1), NAN)
    for feature, value in features.items():
        values[feature] = value
    return FeatureBlock((symbol,), bar, values, np.array([[history]]))


def market_of(bar: int, **values: float) -> MarketSeries:
    known = {
        "btc_short_term": 0.0,
        "btc_daily": 0.0,
        "eth_trend": 0.0,
        "flash_crash": 0.0,
        "minutes_since_crash": math.inf,
        "flash_pump": 0.0,
        "minutes_since_pump": math.inf,
        "eth_flash": 0.0,
        "macro": float(MacroRegime.RANGING),
    }
    arrays = {name: np.array([value]) for name, value in (known | values).items()}
    macro = arrays.pop("macro").astype(np.int8)
    changes = Changes(*(np.array([value]) for value in (0.1, 0.2, 0.3, 0.4)))
    return MarketSeries(bar, changes, changes, MarketValues(**arrays, macro=macro), np.zeros(1))


def coins_of(
    symbol: str,
    *,
    tick: float = 0.01,
    largest: float = 75.0,
    contract: ContractType = ContractType.PERPETUAL,
    delivery_ms: float = NAN,
) -> CoinTable:
    return CoinTable(
        (symbol,),
        np.array([tick]),
        np.array([0.01]),
        np.array([largest]),
        np.array([contract], dtype=np.int8),
        np.array([delivery_ms]),
    )


def explained(
    features: dict[Feature, float] | None = None,
    *,
    symbol: str = "SOL/USDT:USDT",
    bar: int = NOON,
    history: int = 1500,
    market: MarketSeries | None = None,
    coins: CoinTable | None = None,
    settings: HHQSettings = SETTINGS,
    language: Language = Language.ENGLISH,
    **changed: float,
) -> Explanation:
    values = dict(REVERSION if features is None else features)
    values.update({Feature[name]: value for name, value in changed.items()})
    block = block_of(values, symbol=symbol, bar=bar, history=history)
    series = market if market is not None else market_of(bar)
    table = coins if coins is not None else coins_of(symbol)
    decided = decide(block, series.values, table, settings)
    decisions = with_contracts(decided, table, settings)
    return explain(Candle.of(block, series, table, decisions, settings, coin=0, bar=0), language)


def candidate_of(explanation: Explanation) -> CandidateLines:
    assert explanation.candidate is not None
    return explanation.candidate


def step(explanation: Explanation, gate: Gate) -> GateStep:
    return next(found for found in explanation.steps if found.gate is gate)


def first_stop(explanation: Explanation) -> Gate:
    stopped = [found.gate for found in explanation.steps if found.outcome is Outcome.STOPPED]
    return stopped[0] if stopped else Gate.SCORE_PASS


def layer(explanation: Explanation, name: str) -> LayerLine:
    return next(line for line in candidate_of(explanation).score.layers if line.name == name)


def with_settings(**sections: dict[str, object]) -> HHQSettings:
    return parse(HHQSettings, sections)


def random_batch(seed: int, bars: int = 24) -> tuple[FeatureBlock, MarketSeries, CoinTable]:
    """Two coins whose features scatter about every limit, some of them missing."""
    draw = np.random.default_rng(seed)
    symbols = ("SOL/USDT:USDT", "BTC/USDT:USDT")
    values = _scattered_features(draw, bars)
    market = _scattered_market(draw, bars)
    history = np.where(draw.random((2, bars)) < 0.05, 900, 1500)
    unknown = draw.random() < 0.2
    coins = CoinTable(
        symbols, np.array([0.01, NAN if unknown else 0.1]), np.full(2, 0.01), np.array([75.0, 125.0])
    )
    return FeatureBlock(symbols, NOON, values, history), market, coins


def _scattered_features(draw: np.random.Generator, bars: int) -> FloatArray:
    values = np.full((len(Feature), 2, bars), NAN)
    for feature, typical in REVERSION.items():
        values[feature] = typical * draw.uniform(0.7, 1.4, (2, bars))
    values[Feature.ZSCORE] = draw.uniform(-3.0, 3.0, (2, bars))
    values[Feature.HURST] = draw.uniform(0.35, 0.65, (2, bars))
    for feature in (
        Feature.SWEEP,
        Feature.ADX_TREND,
        Feature.FVG,
        Feature.STOCH_RSI_CROSS,
        Feature.DAILY_TREND,
    ):
        values[feature] = draw.integers(-1, 2, (2, bars))
    values[Feature.FUNDING_RATE] = draw.uniform(-0.12, 0.12, (2, bars))
    values[Feature.IMBALANCE] = np.where(
        draw.random((2, bars)) < 0.5, NAN, draw.uniform(-9.0, 9.0, (2, bars))
    )
    values[Feature.CHANGE_4H] = draw.uniform(-2.0, 2.0, (2, bars))
    values[Feature.EMA_GAP_4H] = values[Feature.CHANGE_4H]
    values[Feature.QUOTE_VOLUME_24H] = draw.choice([5e5, 5e7, 2e9], (2, bars))
    values[Feature.ATR_1H] *= draw.choice([1.0, 12.0], (2, bars))
    missing = draw.random(values.shape) < 0.01
    values[missing] = NAN
    return values


def _scattered_market(draw: np.random.Generator, bars: int) -> MarketSeries:
    columns = {
        name: draw.integers(-2, 3, bars).astype(np.float64)
        for name in ("btc_short_term", "btc_daily", "eth_trend")
    }
    flags = {name: np.zeros(bars) for name in ("flash_crash", "flash_pump", "eth_flash")}
    minutes = {name: np.full(bars, math.inf) for name in ("minutes_since_crash", "minutes_since_pump")}
    macro = draw.integers(0, len(MacroRegime), bars).astype(np.int8)
    changes = Changes(*(np.zeros(bars) for _ in range(4)))
    return replace(
        market_of(NOON),
        btc=changes,
        eth=changes,
        values=MarketValues(**columns, **flags, **minutes, macro=macro),
        smt=np.zeros(bars),
    )
