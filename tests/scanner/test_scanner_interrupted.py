"""The scanner stopped, in the middle of a pass, on a layer that raises, and on a passive instance."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np
import orjson
import pytest

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates
from tests.in_loop import in_loop
from tests.scanner.fed_market import SOON, Bench, FedMarket, close_ms, eager
from tests.scanner.sealed_rows import HeldRows

pytestmark = pytest.mark.compiled


@in_loop
async def test_stop_really_stops_and_start_goes_on(market: FedMarket, bar: int, tmp_path: Path) -> None:
    bench = Bench(market, tmp_path)
    path = tmp_path / bench.rules.pairlist_file
    async with bench.running(close_ms(bar) + 1_000) as driven:
        driven.scanner.stop()
        await driven.turn(1.0)
        scan, view, written = driven.scan, bench.latest_scan.live, path.read_bytes()
        for step in range(1, 4):
            market.close(bar + step)
            market.tickers(close_ms(bar + step))
            await driven.clock.advance(300.0)
        assert driven.state == "stopped"
        assert driven.scan is scan
        assert bench.latest_scan.live is view
        assert path.read_bytes() == written
        driven.scanner.start()
        await driven.turn(0.1)
        assert driven.state == "running"
        assert driven.scan.bar == bar + 3


@in_loop
async def test_what_was_being_decided_when_it_was_stopped_is_not_published(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    sealed = HeldRows(market.panel.coins)
    async with Bench(market, tmp_path, sealed=sealed).running(close_ms(bar) + 1_000) as driven:
        await driven.turn(299.1)
        scan = driven.scan
        sealed.let_go.clear()
        market.close(bar + 1)
        await driven.clock.advance(0.1)
        async with asyncio.timeout(SOON):
            while sealed.waited_for != [bar, bar + 1]:
                await asyncio.sleep(0.001)  # the settings are read in a thread first
        driven.scanner.stop()
        sealed.let_go.set()
        await driven.asleep()
        await driven.clock.advance(1.0)
        assert driven.scan is scan
        driven.scanner.start()
        await driven.turn(0.5)
        assert driven.scan.bar == bar + 1
        assert sealed.waited_for == [bar, bar + 1, bar + 1]
        assert driven.scanner.status.scans == 2
    assert scan.bar == bar


@in_loop
async def test_a_coin_on_which_a_layer_raises_is_left_out_counted_and_logged_with_the_layer(
    market: FedMarket,
    bar: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(market, tmp_path, settings=eager())
    async with bench.running(close_ms(bar) + 1_000) as driven:
        sided = np.flatnonzero(driven.scan.decisions.side[:, 0] != 0)
        assert sided.size >= 2
        victim = int(sided[0])
        price = driven.scan.columns.coin(victim).price
        before = driven.scan
        raise_in_the_rsi_layer(monkeypatch, at_price=price or 0.0)
        with caplog.at_level(logging.ERROR, "companion.scanner"):
            correct_volume(market, market.row("BTC/USDT:USDT"), bar)
            await driven.turn(1.0)
        after, failures = driven.scan, driven.scanner.status.failures
        passes = after.pass_number
        await driven.turn(5.0)
        assert driven.scan.pass_number == passes, "a coin that raised is not tried again at this candle"
    assert failures == {before.pairs[victim]: 1}
    assert any("hhq.layers.rsi" in line and before.pairs[victim] in line for line in caplog.messages)
    assert not after.fresh[victim]
    assert after.columns.coin(victim).gate == "DATA"
    kept = np.delete(before.fresh, victim)
    np.testing.assert_array_equal(np.delete(after.fresh, victim), kept)
    assert not np.isnan(np.delete(after.digests, victim)[kept]).any()


def correct_volume(market: FedMarket, row: int, bar: int) -> None:
    opened, high, low, close, volume = market.candle(row, bar - market.panel.first_bar)
    market.memory.close_candle(row, bar, (opened, high, low, close, volume * 1.5))


def raise_in_the_rsi_layer(monkeypatch: pytest.MonkeyPatch, at_price: float) -> None:
    """Make the RSI layer raise for a candidate that closes at this price."""
    real = Candidates.sided_of_100

    def raising(candidates: Candidates, feature: Feature) -> FloatArray:
        if feature is Feature.RSI and at_price in candidates[Feature.CLOSE]:
            raise ZeroDivisionError("a layer's defect")
        return real(candidates, feature)

    monkeypatch.setattr(Candidates, "sided_of_100", raising)


@in_loop
async def test_a_passive_instance_leaves_the_bots_list_alone_until_it_is_active(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    active: list[bool] = []
    bench = Bench(market, tmp_path, may_write=lambda: bool(active))
    path = tmp_path / bench.rules.pairlist_file
    async with bench.running(close_ms(bar) + 1_000) as driven:
        of_the_other = b'{"pairs": ["ETH/USDT:USDT"], "refresh_period": 10}'
        path.write_bytes(of_the_other)
        market.close(bar + 1)
        await driven.turn(299.5)
        assert driven.scan.bar == bar + 1
        assert path.read_bytes() == of_the_other
        active.append(True)
        market.close(bar + 2)
        await driven.turn(300.0)
        assert driven.scan.bar == bar + 2
        assert len(orjson.loads(path.read_bytes())["pairs"]) > 1
