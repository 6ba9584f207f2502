"""What one gate said about a candle: in words, and as the number that it compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from hhq.gates import Gate


class Outcome(Enum):
    """What a gate said about a candle."""

    PASSED = "passed"
    STOPPED = "stopped"
    NOT_ASKED = "not asked"
    AT_ENTRY = "asked at entry"


class Comparison(Enum):
    """How the value has to stand to the threshold for the gate to let a candle pass."""

    MORE = ">"
    AT_LEAST = "≥"
    LESS = "<"
    AT_MOST = "≤"


class Unit(Enum):
    """Units of what gates compare, as codes; NUMBER has none."""

    NUMBER = ""
    SIGMA = "σ"
    PERCENT = "%"
    PERCENT_PER_8H = "% per 8 h"
    USDT = "USDT"
    TIMES = "×"
    POINTS = "points"
    CANDLES = "candles"
    SECONDS = "s"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a gate compared; without a comparison: no number, but a code, a date or a name. NaN = n/a.

    Of several numbers it is the one that stopped the candle, else the one that came first.
    """

    value: float = math.nan
    comparison: Comparison | None = None
    threshold: float = math.nan
    unit: Unit = Unit.NUMBER

    @property
    def missing(self) -> float:
        """How far the value is from where the gate lets pass: 0 where it does, NaN where that is not known."""
        if self.comparison is None or math.isnan(self.value) or math.isnan(self.threshold):
            return math.nan
        beyond = self.value - self.threshold
        wants_more = self.comparison in (Comparison.MORE, Comparison.AT_LEAST)
        return max(0.0, -beyond if wants_more else beyond)


NO_MEASURE = Measure()


@dataclass(frozen=True, slots=True)
class GateStep:
    """One gate: what it said, and on which numbers; ``value`` has to stand to ``threshold`` as ``comparison`` says.

    ``missing``: how far it is from there, 0 where the gate lets pass. A gate without numbers has neither.
    """

    gate: Gate
    outcome: Outcome
    detail: str
    value: float
    comparison: Comparison | None
    threshold: float
    unit: Unit
    missing: float
