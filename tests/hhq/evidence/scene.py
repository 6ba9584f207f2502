"""Courses of one coin whose every candle has an accepted LONG, and candidates drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.coins import CoinTable
from hhq.decide import decide
from hhq.evidence.candidates import Candidates
from hhq.evidence.course import Course, course_of
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq.panel import CANDLES_PER_DAY, Panel
from hhq.reasons import CloseReason
from hhq.settings import HHQSettings
from tests.hhq.one_candle import NOON, SYMBOL, F, block, market

Prices = tuple[float, float, float, float]
FLAT: Prices = (100.0, 100.0, 100.0, 100.0)
SETTINGS = HHQSettings()


def course(
    candles: Sequence[Prices], values: Mapping[F, float] | None = None, funding: Mapping[int, float] | None = None,
    settings: HHQSettings = SETTINGS, tick: float = 0.01,
) -> Course:  # fmt: skip
    """Candles (open, high, low, close) of equal features, on each of which the same is decided."""
    opened, high, low, close = np.array(candles, dtype=np.float64).T[:, np.newaxis, :]
    panel = Panel((SYMBOL,), NOON, opened, high, low, close, np.ones_like(close))
    features = block({F.SPREAD_PCT: 0.02, **(values or {})}, bars=len(candles))
    coins = CoinTable((SYMBOL,), np.array([tick]), np.array([0.01]), np.array([50.0]))
    values_of_market = market(bars=len(candles))
    decisions = decide(features, values_of_market, coins, settings)
    rates = np.zeros(len(candles))
    for row, rate in (funding or {}).items():
        rates[row] = rate
    return course_of(panel, features, values_of_market, coins, decisions, rates, settings)


def walk(seed: int, bars: int, step: float = 0.004) -> list[Prices]:
    """A random walk from 100: candles whose range contains open and close."""
    generator = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(generator.normal(0.0, step, bars)))
    opened = np.concatenate(([100.0], close[:-1]))
    reach = np.abs(generator.normal(0.0, step / 2.0, (2, bars)))
    high, low = np.maximum(opened, close) * (1.0 + reach[0]), np.minimum(opened, close) * (1.0 - reach[1])
    return [tuple(row) for row in np.stack((opened, high, low, close), axis=1).tolist()]


def drawn(
    gross: FloatArray, day: FloatArray | IntArray, *, coin: IntArray | None = None, gate: Gate = Gate.SCORE_PASS,
    turnover: float = 1.0, costs: float = 0.07,
) -> Candidates:  # fmt: skip
    """Filled candidates with these outcomes; each of a coin of its own unless told otherwise."""
    count = gross.size
    bar = np.asarray(day, dtype=np.int64) * CANDLES_PER_DAY + 100
    ones = np.ones(count)
    generator = np.random.default_rng(count)
    return Candidates(
        coin=np.arange(count) if coin is None else coin,
        bar=bar,
        side=np.where(generator.random(count) < 0.5, 1.0, -1.0),
        regime=np.full(count, 1, dtype=np.int8),
        gate=np.full(count, gate, dtype=np.int8),
        only_by_score=np.full(count, gate in (Gate.SCORE_PASS, Gate.SCORE_LOW), dtype=np.bool_),
        score=ones * 80.0,
        leverage=ones * 10.0,
        notional=ones * 10.0,
        volatility=ones,
        atr_pct=ones,
        points=generator.normal(size=(len(LAYERS), count)),
        moves=np.tile(gross, (4, 1)),
        filled=np.ones(count, dtype=np.bool_),
        closed=np.ones(count, dtype=np.bool_),
        first=bar + 1,
        last=bar + 10,
        code=ones * float(CloseReason.TP_HIT),
        gross_pct=np.asarray(gross, dtype=np.float64),
        fees_pct=ones * costs,
        spread_pct=np.zeros(count),
        funding_pct=np.zeros(count),
        turnover=ones * turnover,
    )
