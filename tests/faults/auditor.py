"""Looks at every scan that is published: was each decision made on complete, closed and true candles?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np

from companion.market.candles import FIELDS
from companion.replay.exchange import Exchange
from companion.scanner.latest_scan import LatestScan, Scan
from hhq.arrays import FloatArray
from hhq.features.block import compute_features
from hhq.features.catalogue import FROM_OUTSIDE, Feature
from hhq.panel import CANDLE_MS, Panel, RecordedRows

_FROM_CANDLES = [feature for feature in Feature if feature not in FROM_OUTSIDE]


@dataclass
class Auditor:
    """Computes the features of each decided coin again from the exchange's own tape, and compares.

    A candle that is missing, forming, duplicated or damaged in the market memory shows in the features; so does a
    decision before its candle has closed at the exchange.
    """

    exchange: Exchange
    window: int
    scans: int = 0
    decided: int = 0
    undecided: int = 0
    wrong: list[str] = field(default_factory=list)
    newest_bar: int = -1
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, latest_scan: LatestScan) -> None:
        """Audit until cancelled."""
        while True:
            self.audit(await latest_scan.next_scan())

    async def seen(self, bar: int) -> None:
        """Return once a scan of this bar has been audited; bound it yourself."""
        while self.newest_bar < bar:
            self._moved.clear()
            await self._moved.wait()

    def audit(self, scan: Scan) -> None:
        """Check one scan."""
        self.scans += 1
        if (scan.bar + 1) * CANDLE_MS > self.exchange.clock.now():
            self.wrong.append(f"bar {scan.bar} was decided before it closed")
        rows = np.flatnonzero(scan.fresh)
        self.decided += rows.size
        self.undecided += scan.fresh.size - rows.size
        for row in rows:
            pair = scan.pairs[row]
            true = self._features(pair, scan)
            have = scan.block.values[:, row, 0]
            differing = [f.name for f in _FROM_CANDLES if not _same(true[f], have[f])]
            if differing:
                self.wrong.append(
                    f"{pair} at bar {scan.bar}: {', '.join(differing)} are not those of the tape"
                )
        self.newest_bar = max(self.newest_bar, scan.bar)
        self._moved.set()

    def _features(self, pair: str, scan: Scan) -> FloatArray:
        coin = self.exchange.market.coins[pair.split("/")[0] + "USDT"]
        first = scan.bar - self.window + 1
        columns = {name: np.full((1, self.window), np.nan) for name in FIELDS}
        places = coin.candles.time // CANDLE_MS - first
        inside = (places >= 0) & (places < self.window)
        for name in FIELDS:
            columns[name][0, places[inside]] = getattr(coin.candles, name)[inside]
        panel = Panel((pair,), first, **columns)
        nothing = RecordedRows.not_available(1, self.window)
        smt = np.full(self.window, np.nan)
        block = compute_features(panel, nothing, smt, scan.settings.features, self.window - 1)
        values: FloatArray = block.values[:, 0, 0]
        return values


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)
