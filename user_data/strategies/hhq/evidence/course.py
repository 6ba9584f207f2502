"""A coin's decided candles, as entry orders and positions meet them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hhq.arrays import CodeArray, FloatArray
from hhq.coins import CoinTable
from hhq.decide import Decisions
from hhq.exits.slots import MarketSlot
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS, Panel
from hhq.settings import HHQSettings
from hhq.signals import Where, first_veto

_PRICES = (MarketSlot.OPEN, MarketSlot.HIGH, MarketSlot.LOW, MarketSlot.CLOSE)


@dataclass(frozen=True, slots=True)
class Course:
    """One coin from its first decided candle on; every array has one row per candle.

    ``candles`` float64 (rows, len(MarketSlot)) with the ATR (1h) known at each open; ``funding`` float64 (rows,): rates
    settled at each open, fractions of the notional, 0 where none is known; ``accepted`` int8 (rows,): side of the
    accepted signal at each close, 0 for none; ``vetoes`` int8 (2, rows): gates that refuse a LONG and a SHORT at each
    close, SCORE_PASS for none. ``decisions`` and ``block`` are of this coin alone.
    """

    block: FeatureBlock
    market: MarketValues
    coins: CoinTable
    decisions: Decisions
    candles: FloatArray
    funding: FloatArray
    accepted: CodeArray
    vetoes: CodeArray

    @property
    def rows(self) -> int:
        """Number of candles."""
        return int(self.candles.shape[0])

    def decided(self, decisions: Decisions) -> Course:
        """Return the same candles with other decisions, made with settings whose vetoes are the same."""
        return replace(self, decisions=decisions, accepted=_accepted(decisions))

    def price(self, slot: MarketSlot) -> FloatArray:
        """Return one column of the candles, float64 (rows,)."""
        return np.asarray(self.candles[:, slot])

    def veto(self, side: float, row: int) -> bool:
        """Return whether an entry of this side is refused at a close whatever its score."""
        return bool(self.vetoes[0 if side > 0 else 1, row] != Gate.SCORE_PASS)


def course_of(
    panel: Panel,
    block: FeatureBlock,
    market: MarketValues,
    coins: CoinTable,
    decisions: Decisions,
    funding: FloatArray,
    settings: HHQSettings,
) -> Course:
    """Return the course of the one coin of ``panel``, whose last columns are the candles of ``block``.

    ``market`` has one entry per candle of the block; ``funding`` one rate per candle of the block.
    """
    rows = block.values.shape[2]
    candles = np.full((rows, len(MarketSlot)), np.nan)
    candles[:, MarketSlot.TIME] = (block.first_bar + np.arange(rows)) * CANDLE_MS / 1000.0
    prices = (panel.open, panel.high, panel.low, panel.close)
    for slot, values in zip(_PRICES, prices, strict=True):
        candles[:, slot] = values[0, -rows:]
    candles[1:, MarketSlot.ATR_1H] = block.values[Feature.ATR_1H, 0, :-1]
    candles[:, (MarketSlot.OPPOSITE_SIGNAL, MarketSlot.CLOSE_ALL)] = 0.0
    every = np.arange(rows, dtype=np.int64)
    vetoes = np.stack(
        [
            first_veto(
                block.values[:, 0, :],
                market,
                coins,
                settings,
                Where(np.zeros_like(every), every, np.full(rows, side)),
            )
            for side in (1.0, -1.0)
        ]
    )
    return Course(block, market, coins, decisions, candles, funding, _accepted(decisions), vetoes)


def _accepted(decisions: Decisions) -> CodeArray:
    return np.where(decisions.accepted()[0], decisions.side[0], 0).astype(np.int8)
