"""Scanner against strategy: the digests of the whitelisted pairs, candle by candle.

Both decide with the same core, so where their inputs are equal the digests must be, and a single difference is a fault: a
Freqtrade lock pauses entries of that pair until the two agree again. Where the inputs differ (one of the two lacks a
candle, changed settings have reached only one of them), different digests say nothing: such a candle is not compared.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, deque
from types import MappingProxyType

import numpy as np

from companion.bot.errors import BotError
from companion.bot.models import PairCandles
from companion.bot.state import Comparison, Mismatch, NotCompared
from companion.bot.watch import BotWatch
from companion.ground.clock import Clock
from companion.scanner.latest_scan import LatestScan, Scan
from companion.settings.bots import BotSettings
from hhq.arrays import FloatArray
from hhq.digest import digest_text
from hhq.input_digests import INPUT_DIGESTS
from hhq.panel import CANDLE_MS

logger = logging.getLogger("companion.bot")

COLUMN = "hhq_digest"
INPUT_COLUMNS = tuple(f"hhq_input_{name}" for name in INPUT_DIGESTS)
_DIFFERENT = {
    "settings": NotCompared.OTHER_SETTINGS,
    "candles": NotCompared.OTHER_CANDLES,
    "market": NotCompared.OTHER_MARKET,
    "recorded": NotCompared.OTHER_RECORDED,
    "funding": NotCompared.OTHER_FUNDING,
    "coin": NotCompared.OTHER_COIN,
}
LOCK_REASON = "DIGEST_MISMATCH"
"""How the reasons of our locks begin."""
_OURS = re.compile(rf"{LOCK_REASON}: scanner=[0-9a-f]+ strategy=[0-9a-f]+ candle=-?\d+")
"""The complete reason of one of our locks: we end no others."""
_TIMEFRAME = "5m"
_PATIENCE_MS = 150_000
"""How long after the scan a bot may take to analyse the candle; then it is no longer waited for."""
_RETRY_SECONDS = 1.0


class DigestComparison:
    """Reads the digest of each whitelisted pair once per candle, one pair at a time, accepted signals first."""

    def __init__(self, watch: BotWatch, latest_scan: LatestScan, settings: BotSettings, clock: Clock) -> None:
        self._watch = watch
        self._latest_scan = latest_scan
        self._clock = clock
        self._pause = 1.0 / settings.digests_per_second
        self._lock_minutes = settings.mismatch_lock_minutes
        self._scan: Scan | None = None
        self._rows: dict[str, int] = {}
        self._queue: deque[str] = deque()
        self._done: dict[str, float] = {}
        self._reasons: dict[str, NotCompared] = {}
        self._compared = self._mismatches = 0
        self._not_compared: Counter[NotCompared] = Counter()
        self._not_comparable: Counter[NotCompared] = Counter()
        self._told: dict[str, NotCompared] = {}
        self._disagreeing: dict[str, Mismatch] = {}

    async def run(self) -> None:
        """Compare until cancelled."""
        while True:
            scan = self._latest_scan.scan
            if scan is None or (scan is self._scan and not self._queue):
                scan = await self._latest_scan.next_scan()
            if scan is not self._scan:
                self._begin(scan)
            wait = self._pause
            if self._queue:
                wait = await self._compare(scan, self._queue.popleft())
            self._tell()
            await self._clock.sleep(wait)

    def _begin(self, scan: Scan) -> None:
        """Queue the pairs of this scan to compare: all for a new candle, else those that a later pass has changed."""
        if self._scan is None or scan.bar != self._scan.bar:
            self._not_compared.update(self._reasons.values())
            self._done, self._reasons = {}, {}
            self._rows = {pair: row for row, pair in enumerate(scan.pairs)}
        self._scan = scan
        accepted = scan.decisions.accepted()[:, 0]
        first: list[str] = []
        then: list[str] = []
        for pair in self._watch.state.whitelist:
            row = self._rows.get(pair)
            if row is None:
                self._reasons[pair] = NotCompared.NOT_SCANNED
            elif np.isnan(scan.digests[row]):
                self._reasons[pair] = NotCompared.SCANNER_WITHOUT_DATA
            elif self._done.get(pair) != scan.digests[row]:
                self._reasons[pair] = NotCompared.BOT_BEHIND
                (first if accepted[row] else then).append(pair)
        self._queue = deque([*first, *then])

    async def _compare(self, scan: Scan, pair: str) -> float:
        """Compare one pair; returns the seconds to wait before the next one."""
        if not self._watch.state.reachable:
            return self._again(scan, pair, NotCompared.NO_ANSWER)
        try:
            candles = await self._watch.client.pair_candles(pair, _TIMEFRAME, [COLUMN, *INPUT_COLUMNS])
        except BotError as problem:
            logger.info("%s: digest of %s: %s", self._watch.name, pair, problem)
            return self._again(scan, pair, NotCompared.NO_ANSWER)
        bar = candles.data_stop_ts // CANDLE_MS
        if not candles.data or bar < scan.bar:
            return self._again(
                scan, pair, NotCompared.BOT_BEHIND if candles.data else NotCompared.BOT_WITHOUT_DATA
            )
        digest = candles.newest(COLUMN)
        if bar > scan.bar:
            self._reasons[pair] = NotCompared.BOT_AHEAD
        elif not isinstance(digest, int | float):
            self._reasons[pair] = NotCompared.BOT_WITHOUT_DATA
        else:
            await self._judge(scan, pair, float(digest), candles)
        return self._pause

    def _again(self, scan: Scan, pair: str, reason: NotCompared) -> float:
        """Try again a little later, as long as the bot may still be analysing."""
        self._reasons[pair] = reason
        if self._clock.now_ms() - scan.published_ms < _PATIENCE_MS:
            self._queue.append(pair)
        return max(_RETRY_SECONDS, self._pause)

    async def _judge(self, scan: Scan, pair: str, strategy: float, candles: PairCandles) -> None:
        scanner = float(scan.digests[self._rows[pair]])
        self._done[pair] = scanner
        self._reasons.pop(pair, None)
        if scanner != strategy and (reason := _unequal(scan.inputs[:, self._rows[pair]], candles)):
            self._reasons[pair] = reason
            self._not_comparable[reason] += 1
            if self._told.get(pair) is not reason:
                logger.warning("%s: %s NOT_COMPARABLE: %s", self._watch.name, pair, reason.value)
            self._told[pair] = reason
            return
        self._told.pop(pair, None)
        self._compared += 1
        if scanner == strategy:
            await self._agreed(pair)
        else:
            self._mismatches += 1
            await self._differs(scan, pair, digest_text(scanner), digest_text(strategy))

    async def _agreed(self, pair: str) -> None:
        """End our lock of the pair, including one left by an earlier run of the companion."""
        if self._disagreeing.pop(pair, None) is not None:
            logger.warning("%s: %s: scanner and strategy agree again", self._watch.name, pair)
        for lock in self._watch.state.locks:
            if lock.pair == pair and _OURS.fullmatch(lock.reason or ""):
                try:
                    await self._watch.delete_lock(lock.id)
                except BotError as problem:
                    logger.warning("the lock of %s stays until its end: %s", pair, problem)

    async def _differs(self, scan: Scan, pair: str, scanner: str, strategy: str) -> None:
        reason = f"{LOCK_REASON}: scanner={scanner} strategy={strategy} candle={scan.bar}"
        logger.error("%s: %s %s", self._watch.name, pair, reason)
        before = self._disagreeing.get(pair)
        lock_id = before.lock_id if before and self._holds(before.lock_id) else None
        if lock_id is None:
            lock_id = await self._lock(pair, reason)
        since = before.since_ms if before else self._clock.now_ms()
        self._disagreeing[pair] = Mismatch(pair, scan.bar, scanner, strategy, since, lock_id)

    def _holds(self, lock_id: int | None) -> bool:
        """Whether a lock lasts for at least two more candles."""
        enough = self._clock.now_ms() + 2 * CANDLE_MS
        return any(
            lock.id == lock_id and lock.lock_end_timestamp > enough for lock in self._watch.state.locks
        )

    async def _lock(self, pair: str, reason: str) -> int | None:
        try:
            locks = await self._watch.lock(pair, self._lock_minutes, reason)
        except BotError as problem:
            logger.error("%s: entries of %s cannot be paused: %s", self._watch.name, pair, problem)
            return None
        ours = [lock.id for lock in locks.locks if lock.pair == pair and lock.reason == reason]
        return max(ours, default=None)

    def _tell(self) -> None:
        bar = self._scan.bar if self._scan else -1
        waiting = len(self._queue)
        counts = self._not_compared.copy()
        if not waiting:
            counts.update(self._reasons.values())
        self._watch.note_comparison(
            Comparison(
                self._compared,
                self._mismatches,
                MappingProxyType(dict(counts)),
                MappingProxyType(dict(self._not_comparable)),
                tuple(self._disagreeing.values()),
                bar,
                waiting,
            )
        )


def _unequal(scanner: FloatArray, candles: PairCandles) -> NotCompared | None:
    """The first of the inputs in which the two differ; None where all are equal, so that the decisions must be too."""
    strategy = [candles.newest(column) for column in INPUT_COLUMNS]
    if not all(isinstance(digest, int | float) for digest in strategy):
        return NotCompared.INPUTS_NOT_TOLD
    for name, ours, theirs in zip(INPUT_DIGESTS, scanner.tolist(), strategy, strict=True):
        if ours != theirs:
            return _DIFFERENT[name]
    return None
