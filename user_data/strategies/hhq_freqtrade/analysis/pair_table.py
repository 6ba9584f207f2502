"""What callbacks look up for a pair: plain arrays by the candle's clock number, without a data frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from hhq.arrays import CodeArray, FloatArray, IntArray
from hhq.decide import Decisions
from hhq.exits.step import Candle
from hhq.features.catalogue import FeatureBlock
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS, Panel
from hhq.settings import HHQSettings
from hhq.signals import Signals
from hhq_freqtrade.analysis.columns import DECISION, PREFIX
from hhq_freqtrade.analysis.frames import PRICES, open_times


def candle_before(now: datetime) -> int:
    """Return the clock number of the last candle that has closed at ``now``."""
    return int(now.timestamp() * 1000) // CANDLE_MS - 1


class CandidateDecisions(NamedTuple):
    """The decisions on all candidates in a table's rows, and the settings with which they were made."""

    signals: Signals
    settings: HHQSettings


@dataclass(frozen=True, slots=True)
class PairTable:
    """Candles, features and decisions of one pair by row; ``numbers`` int64: the candles' clock numbers, rising.

    ``accepted`` int8: the side of the accepted signal, 0 where there is none. ``candidates`` None: not kept.
    """

    pair: str
    numbers: IntArray
    prices: FloatArray
    block: FeatureBlock
    market: MarketValues
    decision: FloatArray
    accepted: CodeArray
    candidates: CandidateDecisions | None = None

    @classmethod
    def of(
        cls,
        pair: str,
        frame: pd.DataFrame,
        block: FeatureBlock,
        market: MarketValues,
        decision: FloatArray,
        candidates: CandidateDecisions | None = None,
    ) -> PairTable:
        """Build the table of a frame; the other arguments have one column per row of the frame."""
        prices = np.stack([frame[name].to_numpy(dtype=np.float64) for name in PRICES[:4]])
        numbers = open_times(frame) // CANDLE_MS
        return cls(pair, numbers, prices, block, market, decision, _accepted_sides(decision), candidates)

    @classmethod
    def of_panel(
        cls, panel: Panel, block: FeatureBlock, market: MarketValues, decision: FloatArray
    ) -> PairTable:
        """Build the table of the one coin of a panel; the other arguments have one column per candle."""
        prices = np.vstack((panel.open, panel.high, panel.low, panel.close))
        numbers = panel.first_bar + np.arange(panel.bars, dtype=np.int64)
        return cls(panel.symbols[0], numbers, prices, block, market, decision, _accepted_sides(decision))

    def with_market_signals(self, decisions: Decisions) -> PairTable:
        """Return the table with the signals of the market decision, whether or not the contract allows to enter them.

        Exits read them too, and the entry asks the contract itself.
        """
        sides = np.where(decisions.accepted()[0], decisions.side[0], 0).astype(np.int8)
        return replace(self, accepted=sides)

    def newest(self, rows: int) -> PairTable:
        """Return a table of the last ``rows`` rows only, which does not keep the rest in memory."""
        last = slice(max(self.numbers.size - rows, 0), None)
        block = self.block
        return PairTable(
            self.pair,
            self.numbers[last].copy(),
            self.prices[:, last].copy(),
            FeatureBlock(
                block.symbols,
                int(self.numbers[last][0]) if self.numbers.size else block.first_bar,
                block.values[:, :, last].copy(),
                block.history[:, last].copy(),
            ),
            self.market.at(np.arange(self.numbers.size)[last]),
            self.decision[:, last].copy(),
            self.accepted[last].copy(),
        )

    def row_of(self, number: int) -> int | None:
        """Return the row of the candle with this clock number, None where there is none."""
        row = number - int(self.numbers[0])
        if 0 <= row < self.numbers.size and self.numbers[row] == number:
            return row
        row = int(np.searchsorted(self.numbers, number))
        return row if row < self.numbers.size and self.numbers[row] == number else None

    def value(self, name: str, row: int) -> float:
        """Return a decision column's value at a row."""
        return float(self.decision[_INDEX[name], row])

    def accepted_side(self, row: int) -> int:
        """Return the side of the accepted signal at a row, 0 where there is none."""
        return int(self.accepted[row])

    def signal(self, row: int, side: int, settings: HHQSettings) -> Signals | None:
        """Return the candidate of ``side`` at a row as these settings decide it, None if that is not kept."""
        if self.candidates is None or self.candidates.settings is not settings:
            return None
        signals = self.candidates.signals
        entry = int(np.searchsorted(signals.bar, row))
        if entry == signals.count or signals.bar[entry] != row or signals.side[entry] != side:
            return None
        return signals.only(entry)

    def candle(self, row: int) -> Candle:
        """Return the candle at a row as the exit engine reads it."""
        opened, high, low, close = (float(price) for price in self.prices[:, row])
        return Candle(float(self.numbers[row]) * CANDLE_MS / 1000.0, opened, high, low, close)


def _accepted_sides(decision: FloatArray) -> CodeArray:
    return np.where(decision[_GATE] == int(Gate.SCORE_PASS), decision[_SIDE], 0.0).astype(np.int8)


_INDEX = {name.removeprefix(PREFIX): row for row, name in enumerate(DECISION)}
_GATE, _SIDE = _INDEX["gate"], _INDEX["side"]
RAW = _INDEX["raw"]
"""Row that holds the raw sums in a table's decisions."""
