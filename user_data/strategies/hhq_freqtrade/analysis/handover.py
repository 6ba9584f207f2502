"""What one callback of an analysis has computed, for the next one: it need not be read out of the frame again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hhq.features.catalogue import FeatureBlock
from hhq.market.values import MarketValues
from hhq.panel import Panel


@dataclass(frozen=True, slots=True)
class Analysed:
    """Candles, features and market of the rows of ``frame``, one column each."""

    frame: pd.DataFrame
    panel: Panel
    block: FeatureBlock
    market: MarketValues


class Handover:
    """Holds the last analysis until it is asked for, once and by the frame that was made of it.

    Any other frame (of a backtest, of another pair, changed by a strategy that builds on this one) gets nothing, and
    its columns are what counts.
    """

    def __init__(self) -> None:
        self._analysed: Analysed | None = None

    def give(self, analysed: Analysed) -> None:
        """Hold an analysis in place of the last one; not one of candles with holes, which has columns without rows."""
        self._analysed = analysed if analysed.panel.bars == len(analysed.frame) else None

    def take(self, frame: pd.DataFrame) -> Analysed | None:
        """Return what this very frame was made of, None where that is not known."""
        analysed, self._analysed = self._analysed, None
        return analysed if analysed is not None and analysed.frame is frame else None
