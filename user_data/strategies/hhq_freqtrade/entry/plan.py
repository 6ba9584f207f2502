"""The plan of one entry, as its signal, the account and the exchange determine it."""

from __future__ import annotations

from dataclasses import dataclass

from hhq.exits.levels import FillMarket
from hhq.leverage.position import PositionPlan
from hhq.signals import Signals
from hhq_freqtrade.entry.refusals import EntryRefusal


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """The plan of an entry of one pair on one candle (clock number). ``refusal`` None: the entry may be made.

    ``forced``: the user requested it, not a signal.
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
        """Limit price of the entry, in quote currency."""
        return float(self.signals.entry_price[0])
