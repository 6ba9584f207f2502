"""Candidates of many coins with what was known when they were judged and what became of them, one column each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray, IntArray
from hhq.compiled import compiled
from hhq.costs import Costs
from hhq.evidence.course import Course
from hhq.evidence.outcomes import Outcomes
from hhq.exits.levels import volatility_level
from hhq.features.catalogue import Feature
from hhq.panel import CANDLES_PER_DAY, CANDLES_PER_HOUR
from hhq.settings import HHQSettings
from hhq.signals import Signals


@dataclass(frozen=True, slots=True)
class Candidates:
    """k candidates; the last axis of every array has one entry for each.

    ``coin`` int64 number of the coin; ``bar`` int64 clock number of the signal's candle; ``side`` +1 or −1; ``regime``,
    ``gate`` and ``volatility`` codes; ``only_by_score`` bool: whether no gate but SCORE_LOW stops it; ``atr_pct`` of 1h
    candles in %; ``notional`` leverage × size factor, the weight of a trade in an account; ``points`` (layers, k);
    ``moves`` (hours, k), ``gross_pct``, ``fees_pct``, ``spread_pct`` and ``funding_pct`` in % of the entry's notional;
    ``filled`` and ``closed`` (False: still open at the end) bool; ``first``, ``last`` int64: clock numbers of the first
    candle of the order and the last of order or position; ``code`` of the close reason.
    """

    coin: IntArray
    bar: IntArray
    side: FloatArray
    regime: CodeArray
    gate: CodeArray
    only_by_score: BoolArray
    score: FloatArray
    leverage: FloatArray
    notional: FloatArray
    volatility: FloatArray
    atr_pct: FloatArray
    points: FloatArray
    moves: FloatArray
    filled: BoolArray
    closed: BoolArray
    first: IntArray
    last: IntArray
    code: FloatArray
    gross_pct: FloatArray
    fees_pct: FloatArray
    spread_pct: FloatArray
    funding_pct: FloatArray
    turnover: FloatArray

    @property
    def count(self) -> int:
        """Number of candidates."""
        return int(self.bar.size)

    @property
    def day(self) -> IntArray:
        """Day of each signal's close, in days since 1970 UTC."""
        return np.asarray((self.bar + 1) // CANDLES_PER_DAY)

    @property
    def hour(self) -> IntArray:
        """Hour of each signal's close, UTC."""
        return np.asarray((self.bar + 1) // CANDLES_PER_HOUR % 24)

    @property
    def net_pct(self) -> FloatArray:
        """What each trade earned after fees, spread and funding."""
        return np.asarray(self.gross_pct - self.fees_pct - self.spread_pct + self.funding_pct)

    def only(self, chosen: BoolArray | IntArray) -> Self:
        """Return some of the candidates, chosen by a mask or by their numbers."""
        return type(self)(*(getattr(self, field.name)[..., chosen] for field in fields(self)))

    def renumbered(self, first: int) -> Self:
        """Return the candidates with ``first`` added to the number of each coin."""
        return replace(self, coin=self.coin + first)

    @classmethod
    def together(cls, parts: Sequence[Candidates]) -> Self:
        """Return the candidates of several coins or sets in one."""
        columns = (
            np.concatenate([getattr(part, field.name) for part in parts], axis=-1) for field in fields(cls)
        )
        return cls(*columns)


def candidates_of(
    course: Course, signals: Signals, outcomes: Outcomes, coin: int, costs: Costs, settings: HHQSettings
) -> Candidates:
    """Return the candidates of one coin with this number."""
    first_bar, at = course.block.first_bar, signals.bar
    atr_pct = course.block.values[Feature.ATR_1H_PCT, 0, at]
    fees, spread = costs.of(outcomes.turnover, signals.factors.spread_pct)
    return Candidates(
        coin=np.full(signals.count, coin, dtype=np.int64),
        bar=first_bar + at,
        side=signals.side,
        regime=course.decisions.regime[0, at],
        gate=signals.gate,
        only_by_score=signals.only_by_score,
        score=signals.score,
        leverage=signals.leverage,
        notional=np.nan_to_num(signals.leverage * signals.size_factor),
        volatility=volatility_level(atr_pct, settings.levels),
        atr_pct=atr_pct,
        points=signals.points,
        moves=outcomes.moves,
        filled=outcomes.filled,
        closed=outcomes.code > 0.0,
        first=first_bar + at + 1,
        last=first_bar + outcomes.last_row,
        code=outcomes.code,
        gross_pct=outcomes.gross_pct,
        fees_pct=fees,
        spread_pct=spread,
        funding_pct=outcomes.funding_pct,
        turnover=outcomes.turnover,
    )


def one_at_a_time(candidates: Candidates, chosen: BoolArray) -> IntArray:
    """Return the numbers of those among ``chosen`` whose coin has no earlier order or position, int64 rising.

    A coin is free again in the candle after the last one of its order or position, as in a backtest.
    """
    order = np.flatnonzero(chosen)
    order = order[np.argsort(candidates.first[order], kind="stable")]
    free = _with_the_coin_free(candidates.coin, candidates.first, candidates.last, order)
    return np.sort(order[free])


@compiled
def _with_the_coin_free(coin: IntArray, first: IntArray, last: IntArray, order: IntArray) -> BoolArray:
    """Return which of the candidates, in this order of time, find their coin free."""
    free = np.zeros(order.size, dtype=np.bool_)
    busy = np.full(np.max(coin) + 1 if coin.size else 0, -1, dtype=np.int64)
    for place in range(order.size):
        number = order[place]
        if first[number] > busy[coin[number]]:
            free[place] = True
            busy[coin[number]] = last[number]
    return free
