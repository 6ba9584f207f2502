"""What the scanner needs from other parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from companion.domain_settings.source import SettingsSource
from hhq.panel import RecordedRows


class SealedSource(Protocol):
    """Rows of what candles do not hold, sealed at their close (:class:`companion.recorder.sealed.SealedRows`)."""

    async def sealed(self, bar: int) -> RecordedRows:
        """The row of a candle once it is sealed, or can no longer be (then n/a)."""

    def at(self, bar: int) -> RecordedRows:
        """The row of a candle: coins × 1 in the order of the market memory's rows, n/a if there is none."""


class TierSource(Protocol):
    """The leverage tiers that the strategy uses."""

    def lowest(self, pair: str) -> tuple[float, float]:
        """Maintenance rate (a fraction) and largest leverage of the lowest tier; NaN for a pair without tiers."""


OpenPairs: TypeAlias = "Callable[[], frozenset[str] | None]"
"""Pairs with an open position or order; None while the bots cannot be queried: the last known ones then count."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the scanner reads besides the market memory. None: that part is absent, its values are n/a.

    ``rows_now``: the recorder's inputs as they are at this moment, coins × 1. ``may_write``: whether the pair list may be
    written now; a passive instance makes it only for itself. ``may_add``: whether the exchange's weight limit lets bots
    load the candles of this many more coins now.
    """

    settings: SettingsSource
    tiers: TierSource
    sealed: SealedSource | None = None
    rows_now: Callable[[], RecordedRows] | None = None
    open_pairs: OpenPairs = frozenset
    may_write: Callable[[], bool] = lambda: True
    may_add: Callable[[int], bool] = lambda _: True
