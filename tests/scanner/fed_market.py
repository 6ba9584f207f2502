"""A market memory that is fed from a data folder, candle by candle, as streams would feed it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.market.candles import FIELDS
from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.offline.candles import load_panel
from companion.offline.data_folder import DataFolder
from companion.offline.pair_rules import load_pair_rules
from companion.replay.folder import read_funding
from companion.scanner.coin_facts import BundledTiers
from companion.scanner.latest_scan import LatestScan, Scan
from companion.scanner.scanner import Scanner, ScannerState
from companion.scanner.sources import OpenPairs, SealedSource, Sources
from companion.settings.scanner import ScannerSettings
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq.panel import CANDLE_MS, Panel
from hhq.settings import HHQSettings
from tests.manual_clock import ManualClock, settle

COLUMN = 1_560
"""Column of the candle that tests backfill a market up to: the window is full."""
SOON = 240.0
"""Seconds that a test waits for a thread's work; compiling the core's kernels takes its time."""


class FedMarket:
    """The coins of a folder; candles are put in by :meth:`backfill` (history) and :meth:`close` (one bar)."""

    def __init__(self, folder: DataFolder, pairs: Iterable[str] | None = None) -> None:
        self.panel: Panel = load_panel(folder, None if pairs is None else list(pairs))
        self.table = load_pair_rules(folder, self.panel.symbols).coins
        self.coins = [
            Coin(pair, pair.split("/")[0] + "USDT", tick_size=float(tick))
            for pair, tick in zip(self.panel.symbols, self.table.tick_size, strict=True)
        ]
        self.memory = MarketMemory(self.coins)
        self._settlements = [_settlements(folder, pair) for pair in self.panel.symbols]

    def row(self, pair: str) -> int:
        """The row of a pair."""
        row = self.memory.universe.row(pair)
        assert row is not None
        return row

    def backfill(self, last_bar: int, rows: Iterable[int] | None = None) -> None:
        """Put in the window that ends with ``last_bar``."""
        for bar in range(last_bar + 1 - self.memory.candles.window, last_bar + 1):
            self.close(bar, rows)
        newest = self.memory.candles.last_bars
        self.memory.stale = {row for row in range(self.panel.coins) if newest[row] < last_bar}

    def close(self, bar: int, rows: Iterable[int] | None = None) -> None:
        """Put in one candle of all or of some coins, and what was settled by then; a coin without candles begins here."""
        column = bar - self.panel.first_bar
        for row in range(self.panel.coins) if rows is None else rows:
            self._settle(row, close_ms(bar))
            values = self.candle(row, column)
            if np.isnan(values[0]):
                continue
            if self.memory.candles.begin_of(row) < 0:
                self.memory.candles.begin(row, bar)
            self.memory.close_candle(row, bar, values)

    def candle(self, row: int, column: int) -> tuple[float, float, float, float, float]:
        """Open, high, low, close and volume."""
        opened, high, low, close, volume = (float(getattr(self.panel, f)[row, column]) for f in FIELDS)
        return opened, high, low, close, volume

    def tickers(self, now_ms: int) -> None:
        """Give every coin a ticker at its newest close."""
        live = self.memory.live
        for row in range(self.panel.coins):
            bar = self.memory.candles.last_bar(row)
            if bar >= 0:
                live.last_price[row] = self.panel.close[row, bar - self.panel.first_bar]
        live.ticker_ms[:] = now_ms

    def _settle(self, row: int, until_ms: int) -> None:
        waiting = self._settlements[row]
        while waiting and waiting[-1][0] <= until_ms:
            self.memory.funding.put(row, *waiting.pop())


def _settlements(folder: DataFolder, pair: str) -> list[tuple[int, float]]:
    """Time (ms) and rate of a pair's settlements, the newest first."""
    path = folder.files(pair).funding
    if path is None:
        return []
    history = read_funding(path)
    return list(zip(history.time.tolist(), history.rate.tolist(), strict=True))[::-1]


def eager() -> HHQSettings:
    """Settings with which many candles have a side."""
    settings = HHQSettings()
    return settings.model_copy(
        update={"signal": settings.signal.model_copy(update={"z_score_threshold": 0.8})}
    )


@dataclass
class FixedSettings:
    """Settings exactly as given."""

    settings: HHQSettings
    problem: str = ""

    def current(self) -> HHQSettings:
        return self.settings


class Bench:
    """A scanner on a fed market, with a clock that is moved by hand, in a project folder of its own."""

    def __init__(
        self,
        market: FedMarket,
        root: Path,
        *,
        settings: HHQSettings | None = None,
        rules: ScannerSettings | None = None,
        sealed: SealedSource | None = None,
        open_pairs: OpenPairs = frozenset,
        **sources: object,
    ) -> None:
        self.market = market
        self.root = root
        self.core = FixedSettings(settings or HHQSettings())
        self.latest_scan = LatestScan()
        self.rules = rules or ScannerSettings()
        tiers = BundledTiers(bundled_tiers())
        self._given = Sources(self.core, tiers, sealed, open_pairs=open_pairs, **sources)  # type: ignore[arg-type]
        seed = root / self.rules.pairlist_seed
        seed.parent.mkdir(parents=True, exist_ok=True)
        if not seed.exists():
            seed.write_text('{"pairs": ["BTC/USDT:USDT", "NOT/LISTED:USDT"], "refresh_period": 60}')

    @asynccontextmanager
    async def running(self, at_ms: int) -> AsyncIterator[Driven]:
        """The scanner's task with its clock at ``at_ms``; cancelled at the end, and what it raised is raised."""
        clock = ManualClock(at_ms)
        scanner = Scanner(
            self.market.memory, self.latest_scan, self._given, self.rules, clock, root=self.root
        )
        task = asyncio.create_task(scanner.run())
        driven = Driven(scanner, self.latest_scan, clock, task)
        try:
            await driven.parked()
            yield driven
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@dataclass
class Driven:
    """A running scanner that is taken through time."""

    scanner: Scanner
    latest_scan: LatestScan
    clock: ManualClock
    task: asyncio.Task[None]

    async def parked(self) -> None:
        """Wait until the scanner waits for time to pass or to be started; raises what it has raised."""
        if self.scanner.status.state is ScannerState.RUNNING:
            await self.asleep()

    async def asleep(self) -> None:
        """Wait until the scanner waits for time to pass; raises what it has raised."""
        async with asyncio.timeout(SOON):
            while not self.clock.waits:
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.001)  # a thread's work gives no other sign of its end
            await settle()

    async def turn(self, seconds: float) -> None:
        """Let time pass, and let the scanner finish its work at each moment before time goes on."""
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 1e-9:
            await self.parked()
            await self.clock.advance(min([left, *self.clock.waits[:1]]))
        await self.parked()

    @property
    def state(self) -> str:
        """Whether it runs."""
        return self.scanner.status.state.value

    @property
    def scan(self) -> Scan:
        """The newest scan."""
        scan = self.latest_scan.scan
        assert scan is not None
        return scan


def close_ms(bar: int) -> int:
    """Close of a candle in ms UTC."""
    return (bar + 1) * CANDLE_MS
