"""The decision on k coin-candles that have a side: vetoes, points, score, levels, leverage, entry, size."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray, IntArray
from hhq.coins import CoinTable
from hhq.costs import RoundTrip, expected_round_trip, too_dear
from hhq.entry import entry_price, pullback_fraction, runs_with_the_trend, size_factor, volume_profile_boost
from hhq.exits.levels import FillMarket, stop_distance_pct
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.layers import Candidates, points_per_layer
from hhq.leverage.factors import LeverageFactors, leverage_factors
from hhq.leverage.market import market_leverage
from hhq.market.filters import MarketDecision, market_filter
from hhq.market.timeframes import TimeframeDecision, timeframe_decision
from hhq.market.values import MarketValues
from hhq.regime import Regime
from hhq.score import market_minimum, market_score, raw_sum, with_macro
from hhq.settings import HHQSettings
from hhq.settings.signal import LiquiditySettings
from hhq.sides import switched_off
from hhq.steps import first_that_holds
from hhq.vetoes import funding_veto, sweep_veto, trend_veto

D = TypeVar("D")


class Where(NamedTuple):
    """Where k candidates are: indices of coin and bar (int64), and their side (float64, +1 or −1)."""

    coin: IntArray
    bar: IntArray
    side: FloatArray


@dataclass(frozen=True, slots=True)
class Signals:
    """Decided candidates; the last axis of every array has one entry per candidate.

    ``gate`` int8: where it ended; ``only_by_score`` bool: whether no gate but SCORE_LOW stops it. ``points`` float64
    (layers, k). ``raw`` their sum, ``score`` that of the market decision, ``minimum`` the score that it needs before the
    account counts. ``stop_distance_pct`` in % of ``entry_price``; ``costs`` what a round trip is expected to cost.
    ``leverage``: what the factors, max_leverage, the volatility level and kill-switch sanity allow before account and size
    are known, NaN = none. ``pullback`` a fraction of the close; ``size_factor`` the factor of the margin.
    """

    coin: IntArray
    bar: IntArray
    side: FloatArray
    gate: CodeArray
    only_by_score: BoolArray
    points: FloatArray
    raw: FloatArray
    score: FloatArray
    minimum: FloatArray
    market: MarketDecision
    timeframes: TimeframeDecision
    factors: LeverageFactors
    leverage: FloatArray
    pullback: FloatArray
    entry_price: FloatArray
    stop_distance_pct: FloatArray
    costs: RoundTrip
    size_factor: FloatArray

    @property
    def count(self) -> int:
        """Number of candidates."""
        return int(self.coin.size)

    def only(self, entry: int) -> Signals:
        """Return the candidate with this number only."""
        return _picked(self, slice(entry, entry + 1))

    def at(self, entries: IntArray | BoolArray) -> Signals:
        """Return some of the candidates: those with these numbers, int64 (k,), in this order, or those of a mask."""
        return _picked(self, entries)


def _picked(decisions: D, entries: slice | IntArray | BoolArray) -> D:
    """Return a record of arrays (…, k), or of such records, reduced to some of its entries."""
    values: list[Any] = [getattr(decisions, field.name) for field in fields(cast(Any, decisions))]
    return type(decisions)(
        *(
            value[..., entries] if isinstance(value, np.ndarray) else _picked(value, entries)
            for value in values
        )
    )


def evaluate(
    block: FeatureBlock,
    regime: CodeArray,
    threshold: FloatArray,
    market: MarketValues,
    coins: CoinTable,
    settings: HHQSettings,
    at: Where,
) -> Signals:
    """Decide the candidates ``at``; ``regime`` and ``threshold`` are coins × bars, ``market`` one entry per bar."""
    features = block.values[:, at.coin, at.bar]
    filters = _market_filter(market.at(at.bar), coins, settings, at)
    timeframes = timeframe_decision(features, at.side, settings.market.timeframes)
    candidates = _candidates(features, regime, threshold, settings, at)
    points = points_per_layer(candidates, settings.layers)
    raw = raw_sum(points, settings.signal.layer_scale)
    score = market_score(raw, filters.penalty, filters.macro_score_factor)
    minimum = with_macro(market_minimum(settings.signal), filters.minimum_factor)
    factors = _factors(features, coins.tick_size[at.coin], timeframes, settings)
    pullback = _pullback(features, at.side, candidates.trending, factors.spread_pct, settings)
    price = entry_price(features[Feature.CLOSE], at.side, pullback)
    stop = stop_distance_pct(fill_market(features, market.at(at.bar).macro), price, settings.levels)
    costs = expected_round_trip(at.side, factors.spread_pct, features[Feature.FUNDING_RATE], settings)
    atr_1h_pct = features[Feature.ATR_1H_PCT]
    leverage = market_leverage(factors, stop, coins.largest_leverage[at.coin], atr_1h_pct, settings)
    size = _size(features, at.side, score, timeframes, filters, settings)
    before = (
        *_vetoes(features, at.side, filters, timeframes, settings),
        (switched_off(at.side, regime[at.coin, at.bar], settings.signal.sides), Gate.SIDE_OFF),
    )
    after = (
        (_illiquid(features, settings.signal.liquidity), Gate.LIQUIDITY),
        (too_dear(costs, atr_1h_pct, stop, settings.costs), Gate.COST),
        (np.isnan(leverage), Gate.LEVERAGE),
    )
    low = (~(score >= minimum), Gate.SCORE_LOW)
    gate = first_that_holds((*before, low, *after), Gate.SCORE_PASS, np.int8)
    only_by_score = first_that_holds((*before, *after), Gate.SCORE_PASS, np.int8) == Gate.SCORE_PASS
    return Signals(
        at.coin, at.bar, at.side, gate, only_by_score, points, raw, score, minimum, filters, timeframes, factors,
        leverage, pullback, price, stop, costs, size,
    )  # fmt: skip


def first_veto(
    features: FloatArray, market: MarketValues, coins: CoinTable, settings: HHQSettings, at: Where
) -> CodeArray:
    """Return the gate of the first veto of each candidate, int8 (k,), SCORE_PASS where there is none.

    The part of :func:`evaluate` that needs no score; ``features`` (len(Feature), k) and ``market`` are those of the
    candidates.
    """
    filters = _market_filter(market, coins, settings, at)
    timeframes = timeframe_decision(features, at.side, settings.market.timeframes)
    return first_that_holds(
        _vetoes(features, at.side, filters, timeframes, settings), Gate.SCORE_PASS, np.int8
    )


@cache
def no_signals() -> Signals:
    """Return the decision on no candidates at all: most candles of a running bot have none."""
    block = FeatureBlock(("",), 0, np.full((len(Feature), 1, 1), np.nan), np.zeros((1, 1), dtype=np.int64))
    nowhere = Where(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    codes, values = np.zeros((1, 1), dtype=np.int8), np.zeros((1, 1))
    market, coins = MarketValues.not_available(1), CoinTable.of(block.symbols)
    return evaluate(block, codes, values, market, coins, HHQSettings(), nowhere)


def _market_filter(
    market: MarketValues, coins: CoinTable, settings: HHQSettings, at: Where
) -> MarketDecision:
    """Apply the market filters to the candidates; ``market`` has one entry for each."""
    is_btc, is_eth = (coins.is_one_of((base,))[at.coin] for base in ("BTC", "ETH"))
    return market_filter(at.side, is_btc, is_eth, market, settings.market)


def _candidates(
    features: FloatArray, regime: CodeArray, threshold: FloatArray, settings: HHQSettings, at: Where
) -> Candidates:
    """Return what the layers read; the random regime counts as mean reversion but has a base of its own."""
    trending = regime[at.coin, at.bar] == Regime.TRENDING
    random = regime[at.coin, at.bar] == Regime.RANDOM
    rule = settings.signal.regime
    return Candidates(
        features=features,
        side=at.side,
        mean_reversion=~trending,
        trending=trending,
        threshold=threshold[at.coin, at.bar],
        base=np.where(random, rule.random_base, rule.base),
    )


def _factors(
    features: FloatArray, tick_size: FloatArray, timeframes: TimeframeDecision, settings: HHQSettings
) -> LeverageFactors:
    return leverage_factors(
        price=features[Feature.CLOSE],
        spread_pct=features[Feature.SPREAD_PCT],
        tick_size=tick_size,
        quote_volume_24h=features[Feature.QUOTE_VOLUME_24H],
        atr_1h_pct=features[Feature.ATR_1H_PCT],
        aligned_timeframes=timeframes.aligned.astype(np.float64),
        settings=settings.leverage,
    )


def _pullback(
    features: FloatArray, side: FloatArray, trending: BoolArray, spread_pct: FloatArray, settings: HHQSettings
) -> FloatArray:
    without = runs_with_the_trend(
        trending, features[Feature.ADX], features[Feature.DAILY_TREND], side, settings.entry.pullback
    )
    return pullback_fraction(
        features[Feature.ATR], features[Feature.CLOSE], spread_pct, settings.entry, without=without
    )


def _size(
    features: FloatArray,
    side: FloatArray,
    score: FloatArray,
    timeframes: TimeframeDecision,
    filters: MarketDecision,
    settings: HHQSettings,
) -> FloatArray:
    boost = volume_profile_boost(
        features[Feature.CLOSE],
        side,
        features[Feature.POC],
        features[Feature.VAH],
        features[Feature.VAL],
        settings.entry.size,
    )
    return size_factor(
        score,
        timeframes.timeframe_size_factor,
        timeframes.strong_trend_size_factor,
        filters.size_factor * filters.macro_size_factor,
        boost,
        settings.entry.size,
    )


def fill_market(features: FloatArray, macro: CodeArray) -> FillMarket:
    """Return what the levels need, from features of shape (len(Feature), k) and each candidate's macro regime."""
    return FillMarket(
        atr_1h=features[Feature.ATR_1H],
        atr_1h_pct=features[Feature.ATR_1H_PCT],
        atr_5m_pct=features[Feature.ATR_PCT],
        hurst=features[Feature.HURST],
        macro=macro.astype(np.float64),
    )


def _illiquid(features: FloatArray, settings: LiquiditySettings) -> BoolArray:
    """Return which candidates are too thin to trade; an unknown volume counts as too small, an unknown spread does not."""
    thin = ~(features[Feature.QUOTE_VOLUME_24H] >= settings.quote_volume_24h)
    return np.asarray(thin | (features[Feature.SPREAD_PCT] > settings.spread_pct))


def _vetoes(
    features: FloatArray,
    side: FloatArray,
    filters: MarketDecision,
    timeframes: TimeframeDecision,
    settings: HHQSettings,
) -> tuple[tuple[BoolArray, Gate], ...]:
    """Return which candidates each of :data:`hhq.gates.VETOES` stops, in that order."""
    veto = settings.signal.veto
    trend = trend_veto(
        side, features[Feature.ADX], features[Feature.ADX_TREND], features[Feature.HURST], veto
    )
    return (
        (filters.not_available, Gate.MARKET_NA),
        (trend, Gate.TREND_VETO),
        (funding_veto(side, features[Feature.FUNDING_RATE], veto), Gate.FUNDING_VETO),
        (filters.veto, Gate.BTC_VETO),
        (timeframes.veto, Gate.MTF_VETO),
        (filters.macro_veto, Gate.MACRO_VETO),
        (sweep_veto(side, features[Feature.SWEEP], veto), Gate.SWEEP_VETO),
    )
