"""What callbacks look up for a pair: plain arrays, found by the clock number of a candle; no data frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hhq.arrays import FloatArray, IntArray
from hhq.exits.step import Candle
from hhq.features.catalogue import FeatureBlock
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS, Panel
from hhq_freqtrade.columns import DECISION, PREFIX
from hhq_freqtrade.frames import PRICES, open_times


@dataclass(frozen=True, slots=True)
class PairTable:
    """Candles, features and decisions of one pair by row; ``numbers`` int64 the candles' clock numbers, rising."""

    pair: str
    numbers: IntArray
    prices: FloatArray
    block: FeatureBlock
    market: MarketValues
    decision: FloatArray

    @classmethod
    def of(
        cls, pair: str, frame: pd.DataFrame, block: FeatureBlock, market: MarketValues, decision: FloatArray
    ) -> PairTable:
        """Build the table of a frame; the other arguments have one column per row of the frame."""
        prices = np.stack([frame[name].to_numpy(dtype=np.float64) for name in PRICES[:4]])
        return cls(pair, open_times(frame) // CANDLE_MS, prices, block, market, decision)

    @classmethod
    def of_panel(
        cls, panel: Panel, block: FeatureBlock, market: MarketValues, decision: FloatArray
    ) -> PairTable:
        """Build the table of the one coin of a panel; the other arguments have one column per candle of it."""
        prices = np.vstack((panel.open, panel.high, panel.low, panel.close))
        numbers = panel.first_bar + np.arange(panel.bars, dtype=np.int64)
        return cls(panel.symbols[0], numbers, prices, block, market, decision)

    def newest(self, rows: int) -> PairTable:
        """Return a table of the last rows alone, which does not hold the rest in memory."""
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
        accepted = self.decision[_GATE, row] == Gate.SCORE_PASS
        return int(self.decision[_SIDE, row]) if accepted else 0

    def candle(self, row: int) -> Candle:
        """Return the candle at a row as the exit engine reads it."""
        opened, high, low, close = (float(price) for price in self.prices[:, row])
        return Candle(float(self.numbers[row]) * CANDLE_MS / 1000.0, opened, high, low, close)


_INDEX = {name.removeprefix(PREFIX): row for row, name in enumerate(DECISION)}
_GATE, _SIDE = _INDEX["gate"], _INDEX["side"]
RAW = _INDEX["raw"]
"""Row of the raw sums in a table's decisions."""
