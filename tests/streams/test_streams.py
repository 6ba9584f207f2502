"""The streams against the real replay exchange, with the real ccxt.pro client."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pandas as pd

from companion.market.coverage import EventFeed
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from companion.streams.status import Staleness
from hhq.funding import funding_on_bars
from hhq.panel import CANDLE_MS
from hhq_freqtrade.analysis.frames import open_times
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN, CRASH_ROW, coin, source
from tests.replay.server import RunningExchange
from tests.streams.disturbed import disturbed
from tests.streams.following import QUICK, WINDOW, following
from tests.streams.truth import Truth


class Heard:
    """What a listener of the market heard."""

    def __init__(self) -> None:
        self.candles: list[tuple[int, int]] = []
        self.books: list[int] = []
        self.liquidation_orders: list[tuple[int, int, int, float]] = []
        self.trades: list[tuple[int, int, int, float]] = []

    def candle_closed(self, row: int, bar: int) -> None:
        self.candles.append((row, bar))

    def book_changed(self, row: int, time_ms: int) -> None:
        self.books.append(row)

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None:
        self.liquidation_orders.append((row, time_ms, side, notional))

    def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None:
        self.trades.append((row, time_ms, side, notional))


def test_every_coin_is_backfilled_and_follows_the_closes(
    running: RunningExchange, market_folder: Path
) -> None:
    async def work() -> None:
        async with following(running) as streams:
            await streams.fresh()
            newest = NOON // CANDLE_MS - 1
            assert streams.market.candles.last_bars.tolist() == [newest] * 5
            for _ in range(3):
                bar = streams.move_to_close()
                await streams.closed(bar)
                assert streams.market.decidable(bar).all()
            Truth(market_folder).agrees(streams.market, streams.clock.now_ms())
            # The coin that was listed inside the window is fresh with what there is.
            listed = streams.row("NEWXUSDT")
            assert streams.market.candles.begin_of(listed) == BEGIN // BASE + coin("NEWX").first
            missing = streams.market.candles.missing(listed, newest - WINDOW, newest)
            assert missing[0][1] == BEGIN // BASE + coin("NEWX").first - 1

    asyncio.run(work())


def test_live_values_are_those_that_rest_reports(running: RunningExchange) -> None:
    async def work() -> None:
        async with following(running) as streams:
            heard = Heard()
            streams.market.listeners.append(heard)
            await streams.fresh()
            streams.move_to_close(after_ms=70_000)
            live = streams.market.live
            rows = list(streams.market.universe.trading_rows)
            await streams.until(lambda: bool(heard.books) and bool((live.mark_ms[rows] > NOON).all()))
            for entry in running.get("v1/premiumIndex").json():
                row = streams.row(entry["symbol"])
                await streams.until(lambda: live.mark_price[row] == float(entry["markPrice"]))  # noqa: B023
                assert live.index_price[row] == float(entry["indexPrice"])
                assert live.next_funding_ms[row] == entry["nextFundingTime"]
                rate = float(entry["lastFundingRate"] or "nan")
                hours = 4.0 if entry["symbol"] == "SOLUSDT" else 8.0
                np.testing.assert_allclose(live.funding_rate[row], rate * 100.0 * 8.0 / hours)
            for entry in running.get("v1/ticker/bookTicker").json():
                row = streams.row(entry["symbol"])
                await streams.until(lambda: live.bid[row] == float(entry["bidPrice"]))  # noqa: B023
                assert live.ask[row] == float(entry["askPrice"])
                assert live.bid_quantity[row] == float(entry["bidQty"])
                assert live.ask_quantity[row] == float(entry["askQty"])
            for entry in running.get("v1/ticker/24hr").json():
                row = streams.row(entry["symbol"])
                await streams.until(lambda: live.last_price[row] == float(entry["lastPrice"]))  # noqa: B023
                assert live.quote_volume_24h[row] == float(entry["quoteVolume"])
            tiny = streams.market.universe.coin(streams.row("TINYUSDT"))
            assert (tiny.pair, tiny.tick_size, tiny.step_size) == ("TINY/USDT:USDT", 1e-8, 1.0)

    asyncio.run(work())


def test_trades_of_the_most_traded_coins_and_liquidation_orders_are_heard(market: Market) -> None:
    async def work() -> None:
        crash = BEGIN + CRASH_ROW * BASE
        with disturbed(market, crash - BASE + 100_000) as (running, _):
            async with following(running) as streams:
                heard = Heard()
                streams.market.listeners.append(heard)
                await streams.fresh()
                ethereum = streams.row("ETHUSDT")
                coverage = streams.market.coverage
                await streams.until(lambda: bool(coverage.since(EventFeed.AGGREGATE_TRADES)[ethereum]))
                await streams.until(lambda: bool(coverage.since(EventFeed.LIQUIDATION_ORDERS).all()))
                followed = np.flatnonzero(coverage.since(EventFeed.AGGREGATE_TRADES))
                assert followed.size == QUICK.trade_coins
                for _ in range(2):
                    bar = streams.move_to_close()
                    await streams.closed(bar)
                await streams.until(lambda: bool(heard.liquidation_orders) and bool(heard.trades))
                assert {row for row, *_ in heard.trades} <= set(followed.tolist())
                assert all(side in (1, -1) and notional > 0 for *_, side, notional in heard.trades)
                row, time_ms, side, notional = heard.liquidation_orders[0]
                assert (row, side) == (ethereum, -1)
                assert crash <= time_ms < crash + BASE
                assert notional > 0
                assert len(set(heard.liquidation_orders)) == len(heard.liquidation_orders)

    asyncio.run(work())


def test_settled_funding_is_what_the_core_makes_of_the_recorded_rates(
    market: Market, market_folder: Path
) -> None:
    async def work() -> None:
        # Three candles before 08:00, when BTC pays every 8 h and SOL every 4 h.
        with disturbed(market, NOON - NOON % 28_800_000 + 28_800_000 - 3 * BASE + 1_000) as (running, _):
            async with following(running) as streams:
                await streams.fresh()
                await streams.until(lambda: streams.streams.counters["settlements"] > 0)
                for _ in range(6):
                    bar = streams.move_to_close(after_ms=5_000)
                    await streams.closed(bar)
                    if (bar + 1) * BASE % 28_800_000 == 0:
                        settled = (bar + 1) * BASE
                        solana = streams.row("SOLUSDT")
                        await streams.until(lambda: streams.market.funding.newest_ms(solana) >= settled)  # noqa: B023
                    for symbol in ("BTC", "SOL"):
                        expected = _recorded_funding(market_folder, symbol, bar - WINDOW + 1, WINDOW)
                        found = streams.market.funding.on_bars(
                            streams.row(f"{symbol}USDT"), bar - WINDOW + 1, WINDOW
                        )
                        np.testing.assert_array_equal(found, expected)
                        assert not np.isnan(found[-1])
                assert not streams.market.funding.newest_ms(streams.row("TINYUSDT"))

    asyncio.run(work())


def _recorded_funding(
    folder: Path, base: str, first_bar: int, bars: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    frame: pd.DataFrame = source(folder, f"{base}_USDT_USDT-1h-funding_rate")
    times = open_times(frame)
    return funding_on_bars(times, frame["open"].to_numpy(dtype=np.float64), first_bar, bars)


def test_a_listed_coin_is_backfilled_and_a_delisted_one_is_left_without_a_restart(market: Market) -> None:
    async def work() -> None:
        begin = BEGIN + (coin("NEWX").first - 2) * BASE + 10_000
        settings = QUICK.model_copy(update={"listings_minutes": 0.005})
        with disturbed(market, begin) as (running, _):
            async with following(running, settings=settings) as streams:
                await streams.fresh()
                universe = streams.market.universe
                assert universe.row("NEWXUSDT") is None
                gone = streams.row("GONEUSDT")
                for _ in range(4):
                    await streams.closed(streams.move_to_close())
                await streams.until(lambda: universe.row("NEWXUSDT") is not None)
                await streams.fresh()
                listed = streams.row("NEWXUSDT")
                assert listed == len(universe) - 1
                bar = streams.move_to_close()
                await streams.closed(bar)
                assert streams.market.decidable(bar)[listed]
                clock = running.clock
                assert isinstance(clock, ManualClock)
                clock.set(BEGIN + (coin("GONE").last + 20) * BASE)
                await streams.until(lambda: not universe.is_trading(gone))
                bar = streams.move_to_close()
                await streams.until(lambda: int(streams.market.decidable(bar).sum()) == 5)
                assert not streams.market.decidable(bar)[gone]
                assert len(universe.trading_rows) == 5

                def streamed(symbol: str) -> bool:
                    connections = tuple(running.app.state.connections)
                    return any(f"{symbol}@kline_5m" in connection.streams for connection in connections)

                await streams.until(lambda: streamed("newxusdt") and not streamed("goneusdt"))

    asyncio.run(work())


def test_connections_are_rotated_without_losing_a_candle(market: Market) -> None:
    async def work() -> None:
        settings = QUICK.model_copy(update={"connection_hours": 0.3 / 3600.0})
        with disturbed(market, NOON) as (running, disturbance):
            async with following(running, settings=settings) as streams:
                await streams.fresh()
                counters = streams.streams.counters
                asked = disturbance.requests("klines")
                for round_number in range(1, 6):
                    before = counters["connections_rotated"]
                    bar = streams.move_to_close()
                    await streams.closed(bar)
                    await streams.until(lambda: counters["connections_rotated"] >= before + 4)  # noqa: B023
                    assert round_number
                assert counters["connections_lost"] == 0
                assert counters["stale_lost"] == 0
                assert disturbance.requests("klines") == asked
                await streams.until(lambda: len(running.app.state.connections) <= 8)

    asyncio.run(work())


def test_a_status_reports_connections_weight_and_clock(running: RunningExchange) -> None:
    async def work() -> None:
        async with following(running, skew_ms=2_500) as streams:
            await streams.fresh()
            await streams.until(lambda: streams.streams.counters["connections_opened"] == 4)
            status = streams.streams.status()
            assert status.running
            assert {connection.name for connection in status.connections} == {
                "candles 1",
                "books 1",
                "market 1",
                "trades 1",
            }
            assert all(connection.connected for connection in status.connections)
            assert sum(connection.streams for connection in status.connections) == 5 + 5 + 3 + 2
            assert abs(status.clock_offset_ms + 2_500) < 50
            assert 0 < status.weight.used < status.weight.budget
            assert status.weight.reported <= status.weight.used
            assert status.backfill.complete
            assert status.stale == {}
        ended = streams.streams.status()
        assert not ended.running
        assert set(ended.stale.values()) == {(Staleness.LOST,)}
        assert not streams.market.decidable(streams.market.candles.newest_bar).any()

    asyncio.run(work())
