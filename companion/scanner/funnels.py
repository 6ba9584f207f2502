"""Where coins ended: in this pass and in the last 24 hours."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from hhq.arrays import BoolArray
from hhq.decide import Decisions
from hhq.explain.funnel import Funnel, Tally, funnel_of
from hhq.panel import CANDLES_PER_DAY


@dataclass(frozen=True, slots=True)
class Funnels:
    """The funnel of one candle, and of the ``passes`` candles of the last 24 hours that this process has decided."""

    of_pass: Funnel
    of_day: Funnel
    passes: int


class FunnelMemory:
    """Counts of the last 288 candles. A candle decided again replaces its own counts."""

    def __init__(self, candles: int = CANDLES_PER_DAY) -> None:
        self._candles = candles
        self._tallies: OrderedDict[int, Tally] = OrderedDict()

    def count(self, decisions: Decisions, counted: BoolArray) -> Funnels:
        """Count the decisions of one candle (coins × 1 bar); ``counted`` bool (coins,): the coins traded now."""
        bar = decisions.first_bar
        self._tallies[bar] = Tally.of(decisions, counted[:, None])
        for old in [known for known in self._tallies if known <= bar - self._candles]:
            del self._tallies[old]
        here = funnel_of([self._tallies[bar]])
        return Funnels(here, funnel_of(self._tallies.values()), len(self._tallies))
