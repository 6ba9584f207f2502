"""The scanner on a market that is fed candle by candle."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson
import pytest

from companion.market.universe import Coin
from companion.offline.data_folder import DataFolder
from companion.settings.scanner import ScannerSettings
from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.layers.layer import Candidates
from hhq.panel import RecordedRows
from tests.in_loop import in_loop
from tests.scanner.expected import digests_of
from tests.scanner.fed_market import COLUMN, SOON, Bench, FedMarket, close_ms, eager

pytestmark = pytest.mark.compiled
LATE_PAIR = "SOL/USDT:USDT"


def others(market: FedMarket, *pairs: str) -> list[int]:
    return [row for row in range(market.panel.coins) if market.panel.symbols[row] not in pairs]


@in_loop
async def test_a_closed_candle_is_decided_for_all_coins_as_the_core_decides_it(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench = Bench(market, tmp_path)
    async with bench.running(close_ms(bar) + 1_000) as driven:
        assert driven.scan.bar == bar
        await driven.turn(298.9)
        market.close(bar + 1)
        await driven.turn(0.2)
        scan = driven.scan
    assert scan.bar == bar + 1
    assert scan.close_ms == close_ms(bar + 1)
    assert scan.fresh.sum() >= 13
    assert not scan.late.any()
    expected = digests_of(market, bar + 1, bench.core.settings)
    np.testing.assert_array_equal(scan.digests[scan.fresh], expected[scan.fresh])
    assert np.isnan(scan.digests[~scan.fresh]).all()
    assert {Gate(int(code)) for code in scan.decisions.gate[~scan.fresh, 0]} <= {Gate.DATA, Gate.EXCLUDED}


@in_loop
async def test_a_coin_whose_candle_comes_late_is_decided_in_a_later_pass_and_marked(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench, row = Bench(market, tmp_path), market.row(LATE_PAIR)
    async with bench.running(close_ms(bar) + 1_000) as driven:
        await driven.turn(299.5)
        market.close(bar + 1, others(market, LATE_PAIR))
        assert driven.scan.bar == bar, "the missing candle is waited for"
        await driven.turn(2.0)
        first = driven.scan
        market.close(bar + 1, [row])
        await driven.turn(1.0)
        second = driven.scan
    assert (first.bar, first.pass_number, second.bar, second.pass_number) == (bar + 1, 1, bar + 1, 2)
    assert not first.fresh[row]
    assert first.columns.coin(row).gate == "DATA"
    assert first.columns.coin(row).digest is None
    assert np.flatnonzero(second.late).tolist() == [row]
    assert second.fresh[row]
    np.testing.assert_array_equal(np.delete(first.digests, row), np.delete(second.digests, row))
    assert second.digests[row] == digests_of(market, bar + 1, bench.core.settings)[row]


@in_loop
async def test_candles_are_awaited_no_longer_than_allowed_and_longer_only_while_none_has_come(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench = Bench(market, tmp_path, rules=ScannerSettings(first_pass_seconds=2.0, patience_seconds=30.0))
    async with bench.running(close_ms(bar) + 1_000) as driven:
        await driven.turn(299.0 + 20.0)
        assert driven.scan.bar == bar
        market.close(bar + 1, others(market, LATE_PAIR))
        await driven.turn(0.1)
        assert driven.scan.bar == bar + 1
        await driven.turn(279.9 + 31.0)
        assert driven.scan.bar == bar + 2
        assert not driven.scan.fresh.any()


@in_loop
async def test_stale_coins_and_coins_with_a_hole_are_not_decided(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    stale, holed = market.row("XRP/USDT:USDT"), market.row(LATE_PAIR)
    market.memory.stale.add(stale)
    market.close(bar + 1, others(market, LATE_PAIR))
    market.close(bar + 2)
    async with Bench(market, tmp_path).running(close_ms(bar + 2) + 3_000) as driven:
        scan = driven.scan
        assert scan.bar == bar + 2
        assert not scan.fresh[[stale, holed]].any()
        assert scan.columns.coin(holed).gate == scan.columns.coin(stale).gate == "DATA"
        market.close(bar + 1, [holed])
        market.memory.stale.discard(stale)
        await driven.turn(1.0)
        assert driven.scan.fresh[[stale, holed]].all()
        assert driven.scan.late[[stale, holed]].all()


@in_loop
async def test_a_corrected_candle_is_decided_again(market: FedMarket, bar: int, tmp_path: Path) -> None:
    bench, row = Bench(market, tmp_path), market.row(LATE_PAIR)
    async with bench.running(close_ms(bar) + 1_000) as driven:
        before = driven.scan
        opened, high, low, close, volume = market.candle(row, bar - market.panel.first_bar)
        market.memory.close_candle(row, bar, (opened, high, low, close, volume * 2.0))
        await driven.turn(1.0)
        after = driven.scan
    assert after.pass_number == 2
    assert after.late[row]
    assert after.digests[row] != before.digests[row]
    np.testing.assert_array_equal(np.delete(after.digests, row), np.delete(before.digests, row))


@in_loop
async def test_without_a_candle_of_btc_nothing_is_decided_that_the_bot_could_decide_differently(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench = Bench(market, tmp_path)
    market.close(bar + 1, others(market, "BTC/USDT:USDT"))
    async with bench.running(close_ms(bar + 1) + 3_000) as driven:
        assert not driven.scan.fresh.any()
        assert np.isnan(driven.scan.digests).all()
        assert not driven.scan.decisions.accepted().any()
        market.close(bar + 1, [market.row("BTC/USDT:USDT")])
        await driven.turn(1.0)
        scan = driven.scan
    assert scan.fresh.sum() >= 13
    assert scan.late[scan.fresh].all()
    expected = digests_of(market, bar + 1, bench.core.settings)
    np.testing.assert_array_equal(scan.digests[scan.fresh], expected[scan.fresh])


@in_loop
async def test_a_stale_ticker_of_btc_leaves_the_market_filters_their_candles(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    btc = market.row("BTC/USDT:USDT")
    market.memory.stale.add(btc)
    bench = Bench(market, tmp_path)
    async with bench.running(close_ms(bar) + 1_000) as driven:
        scan = driven.scan
    assert not scan.fresh[btc]
    assert scan.fresh.sum() >= 12
    expected = digests_of(market, bar, bench.core.settings)
    np.testing.assert_array_equal(scan.digests[scan.fresh], expected[scan.fresh])


@in_loop
async def test_a_newly_listed_coin_is_decided_once_it_is_fresh(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    memory = market.memory
    async with Bench(market, tmp_path).running(close_ms(bar) + 1_000) as driven:
        memory.update_listings([*market.coins, Coin("NEW/USDT:USDT", "NEWUSDT", tick_size=0.001)])
        row = memory.universe.row("NEW/USDT:USDT")
        assert row is not None
        memory.candles.begin(row, bar - 1_499)
        source = market.row(LATE_PAIR)
        for column in range(COLUMN - 1_499, COLUMN + 1):
            memory.close_candle(row, market.panel.first_bar + column, market.candle(source, column))
        await driven.turn(1.0)
        assert not driven.scan.fresh[row]
        memory.stale.discard(row)
        await driven.turn(1.0)
        assert driven.scan.fresh[row]
        assert driven.scan.columns.coin(row).pair == "NEW/USDT:USDT"
        assert driven.scan.columns.coin(row).zscore == driven.scan.columns.coin(source).zscore


@in_loop
async def test_stop_really_stops_and_start_goes_on(market: FedMarket, bar: int, tmp_path: Path) -> None:
    bench = Bench(market, tmp_path)
    path = tmp_path / bench.rules.pairlist_file
    async with bench.running(close_ms(bar) + 1_000) as driven:
        driven.scanner.stop()
        await driven.turn(1.0)
        scan, view, written = driven.scan, bench.board.live, path.read_bytes()
        for step in range(1, 4):
            market.close(bar + step)
            market.tickers(close_ms(bar + step))
            await driven.clock.advance(300.0)
        assert driven.state == "stopped"
        assert driven.scan is scan
        assert bench.board.live is view
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


@in_loop
async def test_recorded_rows_are_read_once_they_are_sealed(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    sealed = DrawnRows(market.panel.coins)
    async with Bench(market, tmp_path, sealed=sealed).running(close_ms(bar) + 1_000) as driven:
        scan = driven.scan
    assert sealed.waited_for == [bar]
    here = scan.fresh
    np.testing.assert_array_equal(scan.block[Feature.IMBALANCE][here, 0], sealed.at(bar).imbalance[here, 0])
    funding = scan.block[Feature.FUNDING_RATE][:, 0]
    assert np.isfinite(funding[here]).any(), "the settled funding stands in the place of the recorded one"


@in_loop
async def test_the_funnel_counts_every_traded_coin_of_the_pass_and_of_the_day(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    async with Bench(market, tmp_path).running(close_ms(bar) + 1_000) as driven:
        for step in range(1, 4):
            await driven.turn(299.0 if step == 1 else 299.9)
            market.close(bar + step)
            await driven.turn(0.1)
        funnels = driven.scan.funnels
    assert funnels.passes == 4
    assert funnels.of_pass.candles == market.panel.coins
    assert funnels.of_day.candles == 4 * market.panel.coins
    assert sum(line.count for line in funnels.of_pass.gates) == market.panel.coins


@in_loop
async def test_a_market_without_coins_is_waited_for(generated_folder: DataFolder, tmp_path: Path) -> None:
    market = FedMarket(generated_folder)
    coins, market.memory = market.coins, type(market.memory)()
    async with Bench(market, tmp_path).running(close_ms(market.panel.first_bar) + 1_000) as driven:
        await driven.turn(5.0)
        assert driven.scanner.status.coins == 0
        market.memory.update_listings(coins)
        await driven.turn(1.0)
        assert driven.scanner.status.coins == len(coins)
        assert driven.scanner.status.fresh == 0


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
