"""What the prices of a venue are of: a person who sees them must know whether they are real."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


class MarketKind(Enum):
    """Where the prices come from; the replay exchange serves both generated and recorded ones."""

    GENERATED = "generated"
    RECORDED = "recorded"
    BINANCE = "binance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MarketOrigin:
    """``name``: of the market's folder, never its path. ``speed``: seconds of the market in one of ours, NaN = unsaid."""

    kind: MarketKind
    name: str | None = None
    speed: float = math.nan
