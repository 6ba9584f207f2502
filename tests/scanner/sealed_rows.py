"""Recorded rows for a scanner: sealed at once, or when the test says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import numpy as np

from hhq.panel import RecordedRows


@dataclass
class DrawnRows:
    """Sealed rows drawn at random; every candle has the same."""

    coins: int

    def __post_init__(self) -> None:
        self.waited_for: list[int] = []
        random = np.random.default_rng(5)
        names = RecordedRows.not_available(self.coins, 1)
        drawn = {
            name: np.round(random.normal(0.0, 5.0, (self.coins, 1)), 3) for name in ("imbalance", "whale_z")
        }
        self._rows = replace(names, **drawn)

    async def sealed(self, bar: int) -> RecordedRows:
        self.waited_for.append(bar)
        return self._rows

    def at(self, bar: int) -> RecordedRows:
        return self._rows


class HeldRows(DrawnRows):
    """Rows that are sealed only when the test says so."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.let_go = asyncio.Event()
        self.let_go.set()

    async def sealed(self, bar: int) -> RecordedRows:
        rows = await super().sealed(bar)
        await self.let_go.wait()
        return rows
