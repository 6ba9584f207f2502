"""The scanner: decides every coin of the market at each candle's close, ranks, lists and publishes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from companion.ground.clock import Clock
from companion.ground.layout import ROOT
from companion.ground.own_thread import OwnThread
from companion.market.memory import MarketMemory
from companion.scanner.arrivals import CandleArrivals
from companion.scanner.coin_facts import CoinFacts
from companion.scanner.latest_scan import LatestScan, Scan
from companion.scanner.listing import PairListKeeper, PairListStatus
from companion.scanner.live import LiveValues, live_view
from companion.scanner.passes import MarketPasses
from companion.scanner.sources import Sources
from companion.settings.scanner import ScannerSettings
from hhq.arrays import BoolArray, IntArray
from hhq.digest import settings_digest
from hhq.gates import Gate
from hhq.panel import CANDLE_MS

logger = logging.getLogger("companion.scanner")


class ScannerState(Enum):
    """What the scanner is doing."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ScannerStatus:
    """The state of the scanner. Times in ms UTC, 0 = never; counts are those of the newest scan.

    ``delay_ms``: from the newest candle's close to its first publication, ``duration_ms``: of the newest pass, both NaN
    before the first. ``failures``: how often the core raised, by pair. ``settings_problem``: why the newest settings
    files cannot be used (the last good ones are in force), empty if they can.
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
    delay_ms: float
    duration_ms: float
    scans: int
    failures: Mapping[str, int]
    settings_digest: str
    settings_problem: str
    pair_list: PairListStatus


class Scanner:
    """Decides all coins at each candle's close, as the strategy does.

    Runs in the event loop and computes in a thread. It only reads the market: stopping it touches neither a bot nor its
    exits.
    """

    def __init__(
        self,
        market: MarketMemory,
        latest_scan: LatestScan,
        sources: Sources,
        settings: ScannerSettings,
        clock: Clock,
        *,
        root: Path = ROOT,
        ticker_stale_seconds: float = 30.0,
    ) -> None:
        self._market = market
        self._latest_scan = latest_scan
        self._sources = sources
        self._settings = settings
        self._clock = clock
        self._oldest_ms = round(ticker_stale_seconds * 1000)
        self._arrivals = CandleArrivals()
        # Not the event loop's own threads: those may all be waiting for DNS.
        self._thread = OwnThread("scanner")
        self._passes = MarketPasses(market, sources.sealed, CoinFacts(sources.tiers), clock, self._thread)
        self._list = PairListKeeper(
            settings, root, sources.open_pairs, clock, self._thread, sources.may_write, sources.may_add
        )
        self._go = asyncio.Event()
        self._go.set()
        self._bar = -1
        self._scans = 0
        self._delay_ms = self._duration_ms = float("nan")

    async def run(self) -> None:
        """Scan until cancelled. May be called again after it has ended; never twice at the same time."""
        self._market.listeners.append(self._arrivals)
        self._thread.begin()
        try:
            await self._list.begin()
            while True:
                await self._go.wait()
                await self._step()
                await self._clock.sleep(self._pause())
        finally:
            self._thread.end()
            self._market.listeners.remove(self._arrivals)

    def start(self) -> None:
        """Scan again, at once if a candle has closed meanwhile."""
        if not self._go.is_set():
            self._go.set()
            logger.info("SCANNER started")

    def stop(self) -> None:
        """Stop scans, live refresh and pair lists. What is published stays; the status shows how old it is."""
        if self._go.is_set():
            self._go.clear()
            logger.info("SCANNER stopped")

    def pair_list(self) -> dict[str, object]:
        """The body of ``GET /pairlist``, as RemotePairList reads it."""
        return self._list.body()

    @property
    def status(self) -> ScannerStatus:
        """The state of the scanner."""
        scan = self._latest_scan.scan
        return ScannerStatus(
            state=ScannerState.RUNNING if self._go.is_set() else ScannerState.STOPPED,
            bar=-1 if scan is None else scan.bar,
            pass_number=0 if scan is None else scan.pass_number,
            coins=0 if scan is None else len(scan.pairs),
            fresh=0 if scan is None else int(scan.fresh.sum()),
            late=0 if scan is None else int(scan.late.sum()),
            accepted=0 if scan is None else _accepted(scan),
            close_ms=0 if scan is None else scan.close_ms,
            published_ms=0 if scan is None else scan.published_ms,
            delay_ms=self._delay_ms,
            duration_ms=self._duration_ms,
            scans=self._scans,
            failures=dict(self._passes.failures),
            settings_digest="" if scan is None else settings_digest(scan.settings),
            settings_problem=self._sources.settings.problem,
            pair_list=self._list.status,
        )

    # ------------------------------------------------------------------ one step

    def _closed_bar(self) -> int:
        return self._clock.now_ms() // CANDLE_MS - 1

    def _pause(self) -> float:
        """Seconds to the next refresh, or to the next close if that comes first."""
        to_close = (CANDLE_MS - self._clock.now_ms() % CANDLE_MS) / 1000.0
        return min(self._settings.refresh_seconds, to_close)

    async def _step(self) -> None:
        """Make the first pass over a candle that has closed, else take what has arrived and moved since."""
        bar = self._closed_bar()
        if not len(self._market.universe):
            return
        if bar > self._bar:
            await self._first_pass(bar)
        else:
            await self._later_pass()
            await self._list.give_what_waits()
        await self._refresh()

    async def _first_pass(self, bar: int) -> None:
        close_ms = (bar + 1) * CANDLE_MS
        await self._arrivals.wait(
            bar,
            self._newest_candles(),
            self._clock,
            close_ms + round(self._settings.first_pass_seconds * 1000),
            close_ms + round(self._settings.patience_seconds * 1000),
        )
        settings = await self._thread.do(self._sources.settings.current)
        began = self._clock.monotonic()
        self._arrivals.take_changed(bar)
        scan = await self._passes.first(bar, settings)
        if await self._publish(scan, began):
            self._bar = bar
            self._delay_ms = float(scan.published_ms - scan.close_ms)

    async def _later_pass(self) -> None:
        began = self._clock.monotonic()
        scan = await self._passes.later(self._arrivals.take_changed(self._bar))
        if scan is not None:
            await self._publish(scan, began)

    async def _publish(self, scan: Scan, began: float) -> bool:
        """Publish a scan with its pair list, unless the scanner was stopped while it was made."""
        if not self._go.is_set():
            return False
        self._latest_scan.publish(scan)
        self._scans += 1
        self._duration_ms = (self._clock.monotonic() - began) * 1000.0
        logger.info(
            "SCANNER_PASS bar=%d pass=%d coins=%d fresh=%d accepted=%d took=%.0fms",
            *(
                scan.bar,
                scan.pass_number,
                len(scan.pairs),
                scan.fresh.sum(),
                _accepted(scan),
                self._duration_ms,
            ),
        )
        await self._list.update(scan, self._traded(scan))
        return True

    async def _refresh(self) -> None:
        """Publish what has moved since the close, if anything has."""
        scan = self._latest_scan.scan
        if scan is None or not self._go.is_set():
            return
        rows = None if self._sources.rows_now is None else self._sources.rows_now()
        now_ms = self._clock.now_ms()
        values = LiveValues.of(self._market, rows, len(scan.pairs), now_ms, self._oldest_ms)
        before = self._latest_scan.live
        view = await self._thread.do(lambda: live_view(scan, values, before, now_ms))
        if view is not None and self._go.is_set():
            self._latest_scan.publish_live(view)

    def _newest_candles(self) -> IntArray:
        """Row and newest bar of every coin that is traded and not stale, int64 (coins, 2)."""
        rows = np.array(
            [row for row in self._market.universe.trading_rows if row not in self._market.stale],
            dtype=np.int64,
        )
        return np.stack([rows, self._market.candles.last_bars[rows]], axis=1)

    def _traded(self, scan: Scan) -> BoolArray:
        return np.array(
            [self._market.universe.is_trading(row) for row in range(len(scan.pairs))], dtype=np.bool_
        )


def _accepted(scan: Scan) -> int:
    return int((scan.fresh & (scan.decisions.gate[:, 0] == Gate.SCORE_PASS)).sum())
