"""Hands ``populate_entry_trend`` what ``populate_indicators`` computed, so it is not read back from the frame."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hhq.features.catalogue import FeatureBlock
from hhq.market.values import MarketValues
from hhq.panel import Panel


@dataclass(frozen=True, slots=True)
class FrameAnalysis:
    """The candles, features and market from which the columns of ``frame`` were made, one entry per row."""

    frame: pd.DataFrame
    panel: Panel
    block: FeatureBlock
    market: MarketValues


class LastAnalysis:
    """Keeps the last analysis until it is fetched: once, and only with the very frame that was made from it.

    Any other frame (a backtest's, another pair's, one that a derived strategy has changed) gets nothing: its own
    columns count.
    """

    def __init__(self) -> None:
        self._analysis: FrameAnalysis | None = None

    def keep(self, analysis: FrameAnalysis) -> None:
        """Keep an analysis in place of the last, unless its candles have holes, for which the frame has no rows."""
        self._analysis = analysis if analysis.panel.bars == len(analysis.frame) else None

    def fetch(self, frame: pd.DataFrame) -> FrameAnalysis | None:
        """Return the analysis from which this very frame was made, and let go of it; None if that is unknown."""
        analysis, self._analysis = self._analysis, None
        return analysis if analysis is not None and analysis.frame is frame else None
