"""Streams and scanner against an exchange on which everything goes wrong, by a seed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import numpy as np

from companion.replay.faults.kinds import Fault, MessageShares
from companion.scanner.coin_facts import BundledTiers
from companion.scanner.latest_scan import LatestScan
from companion.scanner.scanner import Scanner
from companion.scanner.sources import Sources
from companion.settings.exchange import ExchangeSettings
from companion.settings.scanner import ScannerSettings
from companion.settings.streams import StreamSettings
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings
from tests.faults.auditor import Auditor
from tests.replay.server import RunningExchange
from tests.scanner.fed_market import FixedSettings
from tests.streams.following import Following, following

WINDOW = 700
"""Candles kept: enough for every feature to have a value."""
RECOVERY_LIMIT = 30.0
CALM = MessageShares()
STORMY = MessageShares(duplicate=0.08, late=0.06, reorder=0.06, truncate=0.03, late_seconds=0.4)
_STEP_MS = 5_000
_TICK_MS = 50
_CONNECTION_FAULTS = (Fault.DISCONNECT, Fault.CUT, Fault.SILENCE)
_REST_FAULTS = (Fault.TOO_MANY_REQUESTS, Fault.BANNED, Fault.UNAVAILABLE)
_REFUSAL_SECONDS = 2.0
SKEW_MS = 5_000


@dataclass
class Report:
    """What a run has shown. Seconds are real ones; weight in % of the limit."""

    faults: dict[str, int] = field(default_factory=dict)
    recoveries: list[float] = field(default_factory=list)
    by_fault: dict[str, list[float]] = field(default_factory=dict)
    backfill_weight_pct: float = 0.0
    weight_pct: float = 0.0
    disobeyed: int = 0
    scans: int = 0
    decided: int = 0
    undecided: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """Number of faults."""
        return sum(self.faults.values())

    def recovery(self, percentile: float) -> float:
        """Seconds until every coin could be decided again, at a percentile of the faults that stopped some."""
        return float(np.percentile(self.recoveries, percentile)) if self.recoveries else float("nan")

    def text(self) -> str:
        """The report for people."""
        met = ", ".join(f"{name} {count}" for name, count in self.faults.items() if count)
        longest = ", ".join(f"{name} {max(found):.2f}" for name, found in self.by_fault.items())
        return f"""faults {self.total}: {met}
scans {self.scans}, coins decided {self.decided}, not decided {self.undecided}, on wrong data {len(self.wrong)}
recovery: median {self.recovery(50):.2f} s, p99 {self.recovery(99):.2f} s of {len(self.recoveries)}; longest {longest}
weight: first backfill {self.backfill_weight_pct:.0f} % of the limit, later {self.weight_pct:.0f} %
requests that did not wait when told to: {self.disobeyed}
took {self.seconds:.0f} s"""


class FaultRun:
    """One run; ``faults`` in all are to strike."""

    def __init__(self, exchange: RunningExchange, root: Path, seed: int) -> None:
        self._exchange = exchange
        self._root = root
        self._random = Random(seed)
        self.report = Report()

    async def run(self, faults: int) -> Report:
        """Storms of damaged messages and single blows by turns, until there were ``faults``."""
        began = time.monotonic()
        (self._root / "seed.json").write_text('{"pairs": ["BTC/USDT:USDT"], "refresh_period": 60}')
        async with self._service() as (streams, auditor):
            await streams.fresh()
            self._note_weight(backfill=True)
            while self._told().total() < faults:
                await self._storm(streams)
                await self._calm_down(streams)
                for _ in range(6):
                    await self._blow(streams)
                await self._close_candle(streams, auditor)
            await self._delist(streams)
            await self._close_candle(streams, auditor)
            self._finish(auditor)
        self.report.seconds = time.monotonic() - began
        return self.report

    @contextlib.asynccontextmanager
    async def _service(self) -> AsyncIterator[tuple[Following, Auditor]]:
        async with following(
            self._exchange,
            settings=StreamSettings(),
            exchange_settings=ExchangeSettings(),
            window=WINDOW,
        ) as streams:
            latest_scan = LatestScan()
            sources = Sources(FixedSettings(HHQSettings()), BundledTiers(bundled_tiers()))
            scanner = Scanner(
                streams.market,
                latest_scan,
                sources,
                ScannerSettings(pairlist_file="list.json", pairlist_seed="seed.json"),
                streams.clock,
                root=self._root,
            )
            auditor = Auditor(self._exchange.exchange, WINDOW)
            tasks = [
                asyncio.create_task(work)
                for work in (scanner.run(), auditor.run(latest_scan), self._let_time_go_on())
            ]
            try:
                yield streams, auditor
            finally:
                for task in tasks:
                    task.cancel()
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    if not isinstance(result, asyncio.CancelledError):
                        raise AssertionError(f"scanner, auditor or clock ended: {result!r}")

    async def _let_time_go_on(self) -> None:
        """Real time, in addition to the jumps: wall-clock deadlines have to pass."""
        while True:
            await asyncio.sleep(_TICK_MS / 1000.0)
            self._advance(_TICK_MS)

    async def _storm(self, streams: Following) -> None:
        """Some candles in which many messages are damaged and the clocks disagree."""
        self._ask("PUT", STORMY.model_dump())
        for _ in range(self._random.randint(1, 3)):
            streams.clock.skew_ms = self._random.randint(-SKEW_MS, SKEW_MS)
            left = CANDLE_MS - self._exchange.clock.now() % CANDLE_MS
            for _ in range(left // _STEP_MS):
                self._advance(_STEP_MS)
                await asyncio.sleep(0.01)
            self._advance(left % _STEP_MS + 1)
            await asyncio.sleep(0.3)
            self._note_weight()

    async def _calm_down(self, streams: Following) -> None:
        self._ask("PUT", CALM.model_dump())
        # Late messages are still on their way.
        await asyncio.sleep(STORMY.late_seconds)
        await self._whole_again(streams)
        await self._until(streams, lambda: self._knows_the_time(streams))

    async def _blow(self, streams: Following) -> None:
        """One fault just before a candle closes, and the time until every coin can be decided at that candle."""
        fault = self._random.choice(_CONNECTION_FAULTS + _REST_FAULTS)
        if fault in _CONNECTION_FAULTS:
            share = self._random.choice((0.5, 1.0))
            self._ask("POST", {"fault": fault, "share": share, "seconds": 60.0})
        else:
            self._ask("POST", {"fault": fault, "seconds": _REFUSAL_SECONDS})
            # A refusal hurts when something has to be requested.
            self._ask("POST", {"fault": Fault.DISCONNECT, "share": 0.7})
        began = time.monotonic()
        bar = streams.move_to_close()
        await self._whole(streams, bar)
        seconds = time.monotonic() - began
        self.report.recoveries.append(seconds)
        self.report.by_fault.setdefault(fault.value, []).append(seconds)
        self._note_weight()
        # Silences and refusals are over before the next blow.
        await self._whole_again(streams)

    async def _close_candle(self, streams: Following, auditor: Auditor) -> None:
        """Let a candle close in calm: it is decided, for every coin."""
        bar = streams.move_to_close(SKEW_MS + 1_000)
        async with asyncio.timeout(RECOVERY_LIMIT):
            await auditor.seen(bar)
        await self._whole_again(streams)

    async def _delist(self, streams: Following) -> None:
        symbols = [coin.symbol for coin in streams.market.universe.coins if coin.symbol != "BTCUSDT"]
        symbol = self._random.choice([s for s in symbols if s != "ETHUSDT"])
        self._ask("POST", {"fault": Fault.DELIST, "symbol": symbol})
        # Its silence makes it stale for decisions at once: none of its candles closes any more.
        bar = streams.move_to_close(SKEW_MS + 1_000)
        await streams.until(lambda: bool(streams.market.decidable(bar).sum() == len(symbols)))
        assert not streams.market.decidable(bar)[streams.row(symbol)]

    async def _whole_again(self, streams: Following) -> None:
        """Wait until every coin can be decided at the newest candle and everything is connected."""
        await self._whole(streams, streams.market.candles.newest_bar)
        await self._until(streams, lambda: self._all_connected(streams))

    async def _whole(self, streams: Following, bar: int) -> None:
        """Wait until every coin that trades can be decided at ``bar``."""
        trading = list(streams.market.universe.trading_rows)
        await self._until(streams, lambda: bool(streams.market.decidable(bar)[trading].all()))

    async def _until(self, streams: Following, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + RECOVERY_LIMIT
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"not whole again after {RECOVERY_LIMIT:g} s: {streams.streams.status()}"
                )
            await asyncio.sleep(0.01)

    @staticmethod
    def _knows_the_time(streams: Following) -> bool:
        # Streams measure again from an offset of a second on; a message gives the time only as well as its own age.
        return abs(streams.streams.status().clock_offset_ms + streams.clock.skew_ms) < 1_500.0

    @staticmethod
    def _all_connected(streams: Following) -> bool:
        return all(connection.connected for connection in streams.streams.status().connections)

    def _advance(self, milliseconds: int) -> None:
        self._exchange.clock.advance(milliseconds)  # type: ignore[attr-defined]  # a clock moved by hand

    def _ask(self, method: str, body: dict[str, Any]) -> None:
        answer = httpx.request(method, f"{self._exchange.url}/replay/faults", json=body, timeout=20.0)
        answer.raise_for_status()

    def _told(self) -> Told:
        answer = httpx.get(f"{self._exchange.url}/replay/faults", timeout=20.0).json()
        return Told(answer["counts"], answer["disobeyed"])

    def _note_weight(self, *, backfill: bool = False) -> None:
        answer = httpx.get(f"{self._exchange.url}/replay/status", timeout=20.0).json()
        used = max(answer["weight_used"].values(), default=0) / answer["weight_limit"] * 100.0
        if backfill:
            self.report.backfill_weight_pct = max(self.report.backfill_weight_pct, used)
        else:
            self.report.weight_pct = max(self.report.weight_pct, used)

    def _finish(self, auditor: Auditor) -> None:
        told = self._told()
        self.report.faults, self.report.disobeyed = told.counts, told.disobeyed
        self.report.scans, self.report.decided = auditor.scans, auditor.decided
        self.report.undecided, self.report.wrong = auditor.undecided, auditor.wrong


@dataclass(frozen=True)
class Told:
    """What the exchange says about its faults."""

    counts: dict[str, int]
    disobeyed: int

    def total(self) -> int:
        """Number of faults so far."""
        return sum(self.counts.values())
