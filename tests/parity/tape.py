"""Candles of many coins with all that decisions need, and cuts of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.coins import CoinTable
from hhq.decide import Decisions, decide
from hhq.decision_rows import decision_digests, decision_rows
from hhq.digest import digest_seed
from hhq.features.block import compute_features
from hhq.features.catalogue import FeatureBlock
from hhq.market.series import MarketSeries, market_series
from hhq.panel import WINDOW, Panel, RecordedRows
from hhq.settings import HHQSettings

PRICES = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Decided:
    """Decisions on a tape, their rows and their digests (coins × bars)."""

    block: FeatureBlock
    decisions: Decisions
    rows: FloatArray
    digests: FloatArray


@dataclass(frozen=True)
class Tape:
    """`panel` with its recorded rows and coins; `btc` and `eth` over the same stretch of the clock."""

    panel: Panel
    recorded: RecordedRows
    coins: CoinTable
    btc: Panel
    eth: Panel

    def cut(self, begin: int, end: int, coins: IntArray | Sequence[int] | None = None) -> Tape:
        """The columns from `begin` to before `end` of some coins, in the given order; nothing outside is kept."""
        kept = np.arange(self.panel.coins) if coins is None else np.asarray(coins)
        rows = RecordedRows(*(getattr(self.recorded, f.name)[kept, begin:end] for f in fields(RecordedRows)))
        names = tuple(self.panel.symbols[coin] for coin in kept)
        return Tape(
            _cut(self.panel, begin, end, kept),
            rows,
            CoinTable(names, *(getattr(self.coins, f.name)[kept] for f in fields(CoinTable)[1:])),
            _cut(self.btc, begin, end),
            _cut(self.eth, begin, end),
        )

    def window(self, last: int, coins: IntArray | Sequence[int] | None = None) -> Tape:
        """What a live bot or scanner holds once candle `last` has closed."""
        return self.cut(last + 1 - WINDOW, last + 1, coins)

    def market(self, settings: HHQSettings, first: int = 0) -> MarketSeries:
        """The market from column `first` on."""
        begin = self.panel.first_bar + first
        series = market_series(self.btc, self.eth, settings.market, begin)
        return series.aligned(begin, self.panel.bars - first)

    def decided(self, settings: HHQSettings, *, first: int = 0) -> Decided:
        """Decide every coin from column `first` on."""
        market = self.market(settings, first)
        block = compute_features(self.panel, self.recorded, market.smt, settings.features, first)
        decisions = decide(block, market.values, self.coins, settings)
        rows = decision_rows(decisions)
        return Decided(block, decisions, rows, decision_digests(block, rows, digest_seed(settings)))


def sealed_rows(coins: int, bars: int, funding: FloatArray, seed: int) -> RecordedRows:
    """Rows as a recorder could have sealed them: values around every threshold, with some hours unrecorded."""
    rng = np.random.default_rng(seed)
    shape = (coins, bars)
    there = np.repeat(rng.random((coins, bars // 24 + 1)) < 0.7, 24, axis=1)[:, :bars]

    def row(values: FloatArray) -> FloatArray:
        return np.where(there, values, np.nan)

    return RecordedRows(
        spread_pct=row(rng.gamma(2.0, 0.04, shape)),
        imbalance=row(rng.normal(0.0, 12.0, shape)),
        imbalance_trend=row(rng.normal(0.0, 5.0, shape)),
        basis_pct=row(rng.normal(0.0, 0.03, shape)),
        funding_rate=funding,
        whale_z=row(rng.normal(0.0, 1.5, shape)),
        liquidated_shorts=row(rng.exponential(30_000.0, shape)),
        liquidated_longs=row(rng.exponential(30_000.0, shape)),
    )


def one_coin(panel: Panel, symbol: str) -> Panel:
    """The panel of one of the coins."""
    return _cut(panel, 0, panel.bars, np.array([panel.symbols.index(symbol)]))


def _cut(panel: Panel, begin: int, end: int, coins: IntArray | None = None) -> Panel:
    kept = np.arange(panel.coins) if coins is None else coins
    names = tuple(panel.symbols[coin] for coin in kept)
    return Panel(names, panel.first_bar + begin, *(getattr(panel, name)[kept, begin:end] for name in PRICES))


def different(one: FloatArray, other: FloatArray) -> int:
    """How many entries differ in a bit (every NaN counts as one)."""
    return int(np.count_nonzero(~((one == other) | (np.isnan(one) & np.isnan(other)))))
