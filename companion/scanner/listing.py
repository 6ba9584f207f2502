"""The pair list of the bots, kept from pass to pass and written where their RemotePairList reads it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.clock import Clock
from companion.errors import CompanionError
from companion.own_thread import OwnThread
from companion.scanner.board import Scan
from companion.scanner.pair_list import Candidates, PairListRules, next_members
from companion.scanner.pair_list_file import PairListFile, pair_list_body
from companion.scanner.sources import OpenPairs
from companion.settings.scanner import ScannerSettings
from hhq.arrays import BoolArray
from hhq.gates import Gate

logger = logging.getLogger("companion.scanner")


@dataclass(frozen=True, slots=True)
class PairListStatus:
    """``size`` coins, ``held`` of them with an open position; ``written_ms`` wall time of the newest file, 0 = never.

    ``problem``: why the newest list could not be written (it is tried again with the next one), empty if it was.
    ``positions_known``: whether the bot could be asked for its positions; if not, the last known ones stay.
    """

    size: int
    held: int
    written_ms: int
    problem: str
    positions_known: bool


class PairListKeeper:
    """Takes a scan after the other; the first list is that of the file, else of the seed."""

    def __init__(
        self,
        settings: ScannerSettings,
        root: Path,
        open_pairs: OpenPairs,
        clock: Clock,
        thread: OwnThread,
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        self._file = PairListFile(root / settings.pairlist_file, root / settings.pairlist_seed)
        self._rules = PairListRules(
            settings.pairlist_size, settings.pairlist_spare, round(settings.pairlist_minutes * 60_000)
        )
        self._refresh_seconds = settings.pairlist_refresh_seconds
        self._open_pairs = open_pairs
        self._clock = clock
        self._thread = thread
        self._may_write = may_write
        self._members: dict[str, int] = {}
        self._held: frozenset[str] = frozenset()
        self._positions_known = False
        self._written: tuple[str, ...] = ()
        self._written_ms = 0
        self._problem = ""

    async def begin(self) -> None:
        """Take over the list that bots may be trading on; its coins count as members from now on."""
        if self._members:
            return
        try:
            pairs = await self._thread.do(self._file.ensure)
        except (OSError, CompanionError) as problem:
            self._problem = str(problem)
            logger.error("SCANNER_PAIRLIST not taken over: %s", problem)
            return
        self._members = dict.fromkeys(pairs, self._clock.now_ms())
        self._written = pairs

    async def update(self, scan: Scan, traded: BoolArray) -> None:
        """Make the list of this scan and write it where it has changed; ``traded`` bool (coins,).

        A scan without a fresh coin changes nothing: a list that is made of nothing is none.
        """
        if not scan.fresh.any():
            return
        self._members = next_members(
            self._members, self._candidates(scan, traded), self._rules, self._clock.now_ms()
        )
        pairs = tuple(self._members)
        if not self._may_write():
            # Another instance writes the file: what stands in it is not known here.
            self._written = ()
            return
        if pairs == self._written:
            return
        try:
            body = self.body()
            await self._thread.do(lambda: self._file.write(body))
        except OSError as problem:
            self._problem = str(problem)
            logger.error("SCANNER_PAIRLIST not written: %s", problem)
            return
        self._written, self._written_ms, self._problem = pairs, self._clock.now_ms(), ""

    def body(self) -> dict[str, object]:
        """The list as RemotePairList takes it."""
        return pair_list_body(self._members, self._refresh_seconds)

    @property
    def status(self) -> PairListStatus:
        """How the list stands."""
        return PairListStatus(
            len(self._members), len(self._held), self._written_ms, self._problem, self._positions_known
        )

    def _candidates(self, scan: Scan, traded: BoolArray) -> Candidates:
        held = self._open_pairs()
        self._positions_known = held is not None
        if held is not None:
            self._held = held
        pairs = np.array(scan.pairs, dtype=object)
        gate = scan.decisions.gate[:, 0]

        def chosen(mask: BoolArray) -> frozenset[str]:
            return frozenset(pairs[mask])

        return Candidates(
            ranked=tuple(pairs[np.argsort(scan.rank)]),
            listed=chosen(traded & (gate != Gate.EXCLUDED)),
            fresh=chosen(scan.fresh),
            accepted=chosen(scan.fresh & (gate == Gate.SCORE_PASS)),
            held=self._held,
        )
