"""What ``populate_indicators`` has computed, for ``populate_entry_trend``: it need not be read out of the frame again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hhq.features.catalogue import FeatureBlock
from hhq.market.values import MarketValues
from hhq.panel import Panel


@dataclass(frozen=True, slots=True)
class FrameAnalysis:
    """Candles, features and market that the columns of ``frame`` were made from, one entry per row."""

    frame: pd.DataFrame
    panel: Panel
    block: FeatureBlock
    market: MarketValues


class LastAnalysis:
    """Keeps the last analysis until it is fetched: once, and only with the very frame that was made from it.

    Any other frame (a backtest's, another pair's, one that a strategy building on this one has changed) gets nothing,
    and its columns are what counts.
    """

    def __init__(self) -> None:
        self._analysis: FrameAnalysis | None = None

    def keep(self, analysis: FrameAnalysis) -> None:
        """Keep an analysis in place of the last one, unless its candles have holes: then it has entries without rows."""
        self._analysis = analysis if analysis.panel.bars == len(analysis.frame) else None

    def fetch(self, frame: pd.DataFrame) -> FrameAnalysis | None:
        """Return what this very frame was made from and keep it no longer; None where that is not known."""
        analysis, self._analysis = self._analysis, None
        return analysis if analysis is not None and analysis.frame is frame else None
