"""The bots' pair list, kept from pass to pass and written where their RemotePairList reads it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.ground.clock import Clock
from companion.ground.errors import CompanionError
from companion.ground.own_thread import OwnThread
from companion.scanner.latest_scan import Scan
from companion.scanner.pair_list import Candidates, PairListRules, next_members
from companion.scanner.pair_list_file import PairListFile, pair_list_body
from companion.scanner.sources import OpenPairs
from companion.settings.scanner import ScannerSettings
from hhq.arrays import BoolArray
from hhq.gates import NEVER_ENTERED, Gate

logger = logging.getLogger("companion.scanner")


@dataclass(frozen=True, slots=True)
class PairListStatus:
    """``size`` coins, ``held`` of them with an open position; ``written_ms``: time of the newest file, ms UTC, 0 = never.

    ``waiting``: coins of the newest list that bots may not load yet; until they may, they keep the previous list.
    ``problem``: why the newest list could not be written (the next list is tried), empty if it was.
    ``positions_known``: whether the bots' positions could be queried; if not, the last known ones stay.
    """

    size: int
    held: int
    written_ms: int
    problem: str
    positions_known: bool
    waiting: int


class PairListKeeper:
    """Takes one scan after the other; the first list is that of the file, or else the seed's.

    A bot that gets a list loads the candles of every coin that is new to it at once. With a first list during the first
    backfill, or any list while little request weight is left, the exchange would turn away the bot, and the companion with
    it: a list is handed out only when there is weight for it.
    """

    def __init__(
        self,
        settings: ScannerSettings,
        root: Path,
        open_pairs: OpenPairs,
        clock: Clock,
        thread: OwnThread,
        may_write: Callable[[], bool] = lambda: True,
        may_add: Callable[[int], bool] = lambda _: True,
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
        self._may_add = may_add
        self._members: dict[str, int] = {}
        self._held: frozenset[str] = frozenset()
        self._positions_known = False
        self._given: tuple[str, ...] = ()
        self._written: tuple[str, ...] = ()
        self._written_ms = 0
        self._problem = ""

    async def begin(self) -> None:
        """Adopt the list that bots may be trading on; its coins count as members from now on."""
        if self._members:
            return
        try:
            pairs = await self._thread.do(self._file.ensure)
        except (OSError, CompanionError) as problem:
            self._problem = str(problem)
            logger.error("SCANNER_PAIRLIST not taken over: %s", problem)
            return
        self._members = dict.fromkeys(pairs, self._clock.now_ms())
        self._given = self._written = pairs

    async def update(self, scan: Scan, traded: BoolArray) -> None:
        """Make the list of this scan, and hand it to the bots if that is possible now; ``traded`` bool (coins,).

        A scan without a fresh coin changes nothing: a list made of nothing is no list.
        """
        if not scan.fresh.any():
            return
        self._members = next_members(
            self._members, self._candidates(scan, traded), self._rules, self._clock.now_ms()
        )
        await self._give()

    async def give_what_waits(self) -> None:
        """Hand out the newest list if it is waiting and that is possible now."""
        if self._waiting():
            await self._give()

    def _waiting(self) -> int:
        return len(self._members.keys() - set(self._given))

    async def _give(self) -> None:
        wanted = tuple(self._members)
        if not self._may_write():
            # Another instance writes the file: what is in it is not known here.
            self._given, self._written = wanted, ()
            return
        if self._waiting() and not self._may_add(self._waiting()):
            return
        self._given = wanted
        if wanted == self._written:
            return
        try:
            body = self.body()
            await self._thread.do(lambda: self._file.write(body))
        except OSError as problem:
            self._problem = str(problem)
            logger.error("SCANNER_PAIRLIST not written: %s", problem)
            return
        self._written, self._written_ms, self._problem = wanted, self._clock.now_ms(), ""

    def body(self) -> dict[str, object]:
        """The list as RemotePairList reads it."""
        return pair_list_body(self._given, self._refresh_seconds)

    @property
    def status(self) -> PairListStatus:
        """The state of the list."""
        return PairListStatus(
            len(self._given),
            len(self._held),
            self._written_ms,
            self._problem,
            self._positions_known,
            self._waiting(),
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
            listed=chosen(traded & ~np.isin(gate, NEVER_ENTERED)),
            fresh=chosen(scan.fresh),
            accepted=chosen(scan.fresh & (gate == Gate.SCORE_PASS)),
            held=self._held,
        )
