"""The plan of one entry: what its signal, the account and the exchange make of it."""

from __future__ import annotations

from dataclasses import dataclass

from hhq.exits.levels import FillMarket
from hhq.leverage.position import PositionPlan
from hhq.signals import Signals
from hhq_freqtrade.entry.refusals import EntryRefusal


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What an entry of one pair at one candle (clock number) comes to. ``refusal`` None: the entry may be made.

    ``forced``: the user asked for it, no signal did.
    """

    pair: str
    side: int
    candle: int
    signals: Signals
    features: tuple[float, ...]
    fill_market: FillMarket
    digest: float
    score: float
    minimum: float
    pattern_points: float
    kill_penalty: float
    position: PositionPlan | None
    refusal: EntryRefusal | None
    forced: bool

    @property
    def entry_price(self) -> float:
        """Limit price of the entry."""
        return float(self.signals.entry_price[0])
