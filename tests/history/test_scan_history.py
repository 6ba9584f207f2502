"""Signals and funnel of real scans in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from companion.history.scans import ScanHistory, scan_signals
from companion.offline.data_folder import DataFolder
from companion.scanner.latest_scan import Scan
from companion.settings.store import StoreSettings
from companion.store import funnel, signals
from companion.store.database import Store
from companion.store.paging import Rows
from hhq.gates import Gate
from hhq.settings import HHQSettings
from hhq.settings.base import parse
from tests.in_loop import in_loop
from tests.scanner.conftest import generated_folder
from tests.scanner.fed_market import COLUMN, Bench, FedMarket, close_ms

__all__ = ["generated_folder"]
pytestmark = pytest.mark.compiled


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/companion.sqlite"), {})
    yield opened
    opened.close()


def often_sided() -> HHQSettings:
    """Settings with which several of the sixteen coins have a side."""
    return parse(HHQSettings, {"signal": {"z_score_threshold": 0.8, "schedule": {"quiet_hours": False}}})


@pytest.fixture
def bench(generated_folder: DataFolder, tmp_path: Path) -> Bench:
    """A scanner on a market whose newest candle is that of COLUMN."""
    market = FedMarket(generated_folder)
    market.backfill(market.panel.first_bar + COLUMN)
    return Bench(market, tmp_path, settings=often_sided())


def newest_close_ms(bench: Bench) -> int:
    return close_ms(bench.market.panel.first_bar + COLUMN)


async def stored(store: Store, scan: Scan) -> Rows[signals.Signal]:
    """This candle's signals, once they are there."""
    wanted = signals.SignalFilter(since_ms=scan.close_ms)
    async with asyncio.timeout(20):
        while True:
            rows = await store.read(lambda session: signals.find(session, wanted, limit=500))
            if rows.total:
                return rows
            await asyncio.sleep(0.01)


@in_loop
async def test_candidates_are_stored_with_the_gate_that_stopped_them_and_the_funnel_with_all_coins(
    bench: Bench, store: Store
) -> None:
    running = asyncio.ensure_future(ScanHistory(bench.latest_scan, store).run())
    async with bench.running(newest_close_ms(bench) + 1_000) as driven:
        scan = driven.scan
        expected = scan_signals(scan)
        rows = await stored(store, scan)
        sided = [coin for coin in scan.columns if coin.side is not None]
        assert rows.total == len(expected) == len(sided) > 0
        by_pair = {signal.pair: signal for signal in rows.items}
        for coin in sided:
            signal = by_pair[coin.pair]
            assert (signal.source, signal.candle_ms) == ("scanner", newest_close_ms(bench))
            assert signal.side == (1 if coin.side == "LONG" else -1)
            assert signal.accepted == (coin.gate == Gate.SCORE_PASS.name)
            assert signal.reason == ("" if signal.accepted else coin.gate)
            assert (signal.score, signal.leverage) == (coin.score, coin.leverage)
            assert signal.details["digest"] == coin.digest
        counts = await store.read(lambda session: funnel.totals(session, scan.close_ms))
        assert sum(counts.values()) == bench.market.panel.coins
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@in_loop
async def test_a_candle_that_is_published_again_replaces_what_was_stored(bench: Bench, store: Store) -> None:
    history = ScanHistory(bench.latest_scan, store)
    async with bench.running(newest_close_ms(bench) + 1_000) as driven:
        for _ in range(2):
            await history.store(driven.scan)
        rows = await stored(store, driven.scan)
        assert rows.total == len(scan_signals(driven.scan))
