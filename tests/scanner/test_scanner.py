"""The scanner on a market that is fed candle by candle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.market.universe import Coin
from companion.offline.data_folder import DataFolder
from companion.settings.scanner import ScannerSettings
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from tests.in_loop import in_loop
from tests.scanner.expected import digests_of
from tests.scanner.fed_market import COLUMN, Bench, FedMarket, close_ms
from tests.scanner.sealed_rows import DrawnRows

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
