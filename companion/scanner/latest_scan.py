"""The newest scan, what has moved since, and who is waiting for either."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from companion.scanner.columns import CoinColumns
from companion.scanner.funnels import Funnels
from hhq.arrays import BoolArray, CodeArray, FloatArray, IntArray
from hhq.coins import CoinTable
from hhq.decide import Decisions
from hhq.features.catalogue import FeatureBlock
from hhq.market.series import MarketSeries
from hhq.settings import HHQSettings


@dataclass(frozen=True, slots=True)
class Scan:
    """All coins decided at the close of one candle; never changed after it is published.

    ``block`` (coins × 1 bar), ``market`` (1 bar), ``coins`` and ``decisions`` are the core's own, in one order: the rows
    of the market memory. ``digests`` float64 (coins,), NaN where nothing was decided; ``inputs`` float64
    (len(INPUT_DIGESTS), coins): digests of what they were decided from (:mod:`hhq.input_digests`). ``fresh`` bool
    (coins,): whether the coin's data allowed a decision; ``late`` bool (coins,): decided after the first pass of this
    candle, because its data arrived or changed later. ``rank`` int64 (coins,): place in the order of entries, 1 = first.
    ``columns``: all coins as outside readers need them, made once. ``close_ms``: close of the candle, ``published_ms``:
    time of publication, ms UTC. When late coins are decided, the candle is published again: same ``bar``, higher
    ``pass_number`` (1 = the first).
    """

    bar: int
    block: FeatureBlock
    market: MarketSeries
    coins: CoinTable
    decisions: Decisions
    digests: FloatArray
    inputs: FloatArray
    fresh: BoolArray
    late: BoolArray
    rank: IntArray
    settings: HHQSettings
    columns: CoinColumns
    funnels: Funnels
    pass_number: int
    close_ms: int
    published_ms: int

    @property
    def pairs(self) -> tuple[str, ...]:
        """Pairs in the order of all arrays."""
        return self.block.symbols


@dataclass(frozen=True, slots=True)
class LiveView:
    """What has moved since the close. The market decision stays that of the closed candle.

    Arrays of shape (coins,) in the order of the scan's: ``price`` (last), ``mark_price`` in USDT; ``spread_pct`` in %,
    ``imbalance`` in −100…100 and ``basis_pct`` of the book and mark now; ``funding_rate``: the next one in % per 8 h;
    ``distance_pct``: how far, in % of the price, the market still has to move against the side to the entry price (0 or
    less: it has been reached), NaN without a signal. ``score`` and ``gate`` are what the decision WOULD be if the candle
    were judged with the book as it is now: they are not the decision. ``stale``: live data too old. ``time_ms`` in ms UTC.
    ``number`` rises by one with every view; ``changed`` int64 (k,): rows that differ from the view before.
    """

    number: int
    bar: int
    time_ms: int
    changed: IntArray
    price: FloatArray
    mark_price: FloatArray
    spread_pct: FloatArray
    imbalance: FloatArray
    basis_pct: FloatArray
    funding_rate: FloatArray
    distance_pct: FloatArray
    score: FloatArray
    gate: CodeArray
    stale: BoolArray


class LatestScan:
    """Holds the newest scan and the newest live view; readers take them, or wait for the next one."""

    def __init__(self) -> None:
        self._scan: Scan | None = None
        self._live: LiveView | None = None
        self._published = asyncio.Event()
        self._moved = asyncio.Event()

    @property
    def scan(self) -> Scan | None:
        """The newest scan, None before the first."""
        return self._scan

    @property
    def live(self) -> LiveView | None:
        """The newest live view, None before the first."""
        return self._live

    def publish(self, scan: Scan) -> None:
        """Replace the newest scan and wake those waiting for it."""
        self._scan = scan
        self._published.set()
        self._published = asyncio.Event()

    def publish_live(self, view: LiveView) -> None:
        """Replace the newest live view and wake those waiting for it."""
        self._live = view
        self._moved.set()
        self._moved = asyncio.Event()

    async def next_scan(self) -> Scan:
        """The scan that is published next."""
        await self._published.wait()
        scan = self._scan
        if scan is None:
            raise RuntimeError("woken without a scan")
        return scan

    async def next_live(self) -> LiveView:
        """The live view that is published next."""
        await self._moved.wait()
        view = self._live
        if view is None:
            raise RuntimeError("woken without a view")
        return view
