"""The scanner: every coin of the market decided at each candle's close, ranked, listed and published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from companion.clock import Clock
from companion.market.memory import MarketMemory
from companion.scanner.board import Board
from companion.scanner.sources import FundingSource, SealedSource, SettingsSource, TierSource
from companion.settings.scanner import ScannerSettings

OpenPairs: TypeAlias = Callable[[], "frozenset[str] | None"]
"""Pairs with an open position or order; None when the bot can not be asked: the last known ones then count."""


class ScannerState(Enum):
    """What the scanner does."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ScannerStatus:
    """How the scanner stands. Times in ms UTC, 0 = never; ``duration_ms`` of the newest pass.

    ``delay_ms``: from the candle's close to its first publication. ``failures``: coins whose evaluation raised, by pair.
    ``settings_problem``: why the newest settings files can not be used (the last good ones are), empty if they can.
    """

    state: ScannerState
    bar: int
    pass_number: int
    coins: int
    fresh: int
    late: int
    accepted: int
    close_ms: int
    published_ms: int
    duration_ms: float
    delay_ms: float
    passes: int
    failures: dict[str, int]
    settings_digest: str
    settings_problem: str
    pairlist_size: int
    pairlist_written_ms: int
    pairlist_problem: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What the scanner reads besides the market memory; None: that part is not there, its values are n/a."""

    settings: SettingsSource
    tiers: TierSource
    sealed: SealedSource | None = None
    funding: FundingSource | None = None
    open_pairs: OpenPairs = frozenset


class Scanner:
    """Decides all coins at each candle's close as the strategy does. Runs in the event loop, computes in a thread."""

    def __init__(
        self, market: MarketMemory, board: Board, sources: Sources, settings: ScannerSettings, clock: Clock
    ) -> None: ...

    async def run(self) -> None:
        """Scan until cancelled."""

    def start(self) -> None:
        """Scan again from the next candle's close on."""

    def stop(self) -> None:
        """Stop scanning, live refresh and pair lists; what is published stays, and the status says so."""

    @property
    def status(self) -> ScannerStatus:
        """How the scanner stands."""
        raise NotImplementedError

    def pair_list(self) -> dict[str, object]:
        """The body of ``GET /pairlist``, as RemotePairList takes it."""
        raise NotImplementedError
