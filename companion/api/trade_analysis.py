"""The answer about trades and funding."""

from __future__ import annotations

from dataclasses import dataclass

from companion.portfolio.funding_picture import FundingPicture
from companion.portfolio.patterns import Patterns


@dataclass(frozen=True, slots=True)
class TradeAnalysis:
    """Patterns of the last closed trades, and funding across the market; ``time_ms``: when this was computed."""

    patterns: Patterns
    funding: FundingPicture
    time_ms: int
