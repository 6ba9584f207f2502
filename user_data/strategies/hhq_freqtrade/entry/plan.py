"""The plan of one entry, as its signal, the account and the exchange determine it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hhq.exits.levels import FillMarket
from hhq.gates import Gate
from hhq.leverage.position import PositionPlan
from hhq.signals import Signals
from hhq_freqtrade.entry.refusals import EntryRefusal
from hhq_freqtrade.entry.user_entry import UserEntry


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """The plan of an entry of one pair on one candle (clock number). ``refusal`` None: the entry may be made.

    ``asked``: the user's request for it, None for an entry by a signal. ``gate`` is where the candle ended by itself, and
    ``signal_side`` the side of its accepted signal (0: none).
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
    asked: UserEntry | None
    gate: Gate
    signal_side: int

    @property
    def entry_price(self) -> float:
        """Limit price of the entry, in quote currency."""
        return price_of(self.signals, self.asked)

    @property
    def size_factor(self) -> float:
        """Factor of the margin by the signal; a user's entry is not sized by a signal."""
        return size_of(self.signals, self.asked)


def price_of(signals: Signals, asked: UserEntry | None) -> float:
    """Return the limit price of an entry: the user's, or the signal's."""
    if asked is not None and math.isfinite(asked.price):
        return asked.price
    return float(signals.entry_price[0])


def size_of(signals: Signals, asked: UserEntry | None) -> float:
    """Return the factor of the margin: the signal's, 1 for a user's entry."""
    return float(signals.size_factor[0]) if asked is None else 1.0
