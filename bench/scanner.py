"""The scanner's pass at a candle's close against a loop over the pairs with pandas_ta."""

from __future__ import annotations

import asyncio
import statistics
import time

import numpy as np

from bench.indicators import PANDAS_TA_COINS, frames_of, standard_indicators
from bench.market import COINS, whole_market
from bench.measure import Result, Seconds, faster, seconds
from companion.ground.clock import SystemClock
from companion.ground.own_thread import OwnThread
from companion.market.candles import FIELDS
from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.offline.signals import Candles
from companion.scanner.coin_facts import BundledTiers, CoinFacts
from companion.scanner.latest_scan import LatestScan, Scan
from companion.scanner.live import LiveValues, live_view
from companion.scanner.passes import MarketPasses
from companion.tasks.stalls import StallMonitor
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq.panel import RecordedRows
from hhq.settings import HHQSettings

_PASSES = 7


def tick_544() -> Result:
    """Copy of the candles, features, decisions, digests, order, columns, funnel, publication."""
    market = whole_market()
    frames = frames_of(market, PANDAS_TA_COINS)
    theirs = [seconds(lambda: [standard_indicators(frame) for frame in frames]) for _ in range(3)][1:]
    ours, live, held, own = asyncio.run(_passes(market))
    peer = (
        f"a loop over the pairs, standard indicators of 5m, 15m, 1h, 4h by pandas_ta ({PANDAS_TA_COINS} coins measured, "
        f"scaled to {COINS}), without scores, order or columns; ours from the last arrived candle to the published scan, "
        f"slowest of {_PASSES}: {max(ours) * 1e3:.0f} ms; the event loop was held {held * 1e3:.0f} ms at most meanwhile, "
        f"{own * 1e3:.0f} ms of it by work of its own; a live refresh of all coins takes {live * 1e3:.1f} ms"
    )
    measured = Seconds(statistics.median(ours), statistics.median(theirs))
    return faster("tick_544", measured, 20.0, peer, COINS / PANDAS_TA_COINS)


async def _passes(market: Candles) -> tuple[list[float], float, float, float]:
    """Seconds of each pass and of a live refresh, and of the event loop's longest stall: by the clock, and its own work.

    The clock also counts time in which the machine gives the loop no processor.
    """
    clock, latest_scan = SystemClock(), LatestScan()
    memory = market_memory(market, MarketMemory())
    bar = market.panel.first_bar + market.panel.bars - 1
    thread = OwnThread("scanner")
    thread.begin()
    scans = MarketPasses(memory, None, CoinFacts(BundledTiers(bundled_tiers())), clock, thread)
    latest_scan.publish(await scans.first(bar, HHQSettings()))
    monitor = StallMonitor(clock)
    work: list[float] = []
    watching = [asyncio.create_task(monitor.run()), asyncio.create_task(_own_work(work))]
    await asyncio.sleep(0.1)
    monitor.reset()
    work.clear()
    taken = []
    for _ in range(_PASSES):
        began = clock.monotonic()
        latest_scan.publish(await scans.first(bar, HHQSettings()))
        taken.append(clock.monotonic() - began)
    held = monitor.status().longest_seconds
    for task in watching:
        task.cancel()
    thread.end()
    scan = latest_scan.scan
    assert scan is not None
    assert np.count_nonzero(scan.fresh) > 0.9 * len(scan.pairs), "coins are missing"
    return taken, _refresh(memory, scan), held, max(work)


async def _own_work(work: list[float]) -> None:
    """Note the loop's processor time between two looks, 5 ms apart or more."""
    while True:
        began = time.thread_time()
        await asyncio.sleep(0.005)
        work.append(time.thread_time() - began)


def _refresh(memory: MarketMemory, scan: Scan) -> float:
    """Seconds of a live view in which every coin has moved."""
    rows = RecordedRows(*np.random.default_rng(1).normal(0.0, 1.0, (8, len(scan.pairs), 1)))

    def refresh() -> object:
        return live_view(scan, LiveValues.of(memory, rows, len(scan.pairs), 0, 0), None, 0)

    refresh()
    return statistics.median(seconds(refresh) for _ in range(_PASSES))


def market_memory(market: Candles, memory: MarketMemory) -> MarketMemory:
    """Fill an empty market memory with the candles and return it; the funding of a coin is settled every 8 h."""
    panel = market.panel
    memory.update_listings(
        Coin(pair, pair.split("/")[0] + "USDT", tick_size=float(tick))
        for pair, tick in zip(panel.symbols, market.coins.tick_size, strict=True)
    )
    memory.stale.clear()
    for row in range(panel.coins):
        values = np.stack([getattr(panel, name)[row] for name in FIELDS])
        first = int(np.argmax(~np.isnan(values[0])))
        memory.candles.begin(row, panel.first_bar + first)
        memory.backfill_candles(row, panel.first_bar, values)
        for settled in range(16):
            memory.funding.put(row, (panel.first_bar // 96 + settled) * 28_800_000, 0.0001)
    return memory
