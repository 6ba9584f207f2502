"""What goes wrong on the way: lost connections, silence, broken and repeated messages, refusals, wrong clocks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from companion.replay.clock import ManualClock
from companion.replay.market import Market
from companion.streams.status import Staleness
from hhq.panel import CANDLE_MS
from tests.in_loop import in_loop
from tests.replay.conftest import NOON
from tests.streams.disturbed import Disturbance, disturbed, is_closing
from tests.streams.following import QUICK, Following, following
from tests.streams.truth import Truth


class Judge:
    """Listens as a scanner does; notes every coin that could be decided while a candle of it was missing."""

    def __init__(self, streams: Following) -> None:
        self._market = streams.market
        self.wrong: list[tuple[int, int]] = []
        self.decided = 0
        self._market.listeners.append(self)

    def candle_closed(self, row: int, bar: int) -> None:
        candles = self._market.candles
        for coin, decidable in enumerate(self._market.decidable(bar).tolist()):
            first = max(bar - candles.window + 1, candles.begin_of(coin))
            if decidable and candles.missing(coin, first, bar):
                self.wrong.append((coin, bar))
            self.decided += decidable

    def book_changed(self, row: int, time_ms: int) -> None: ...

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None: ...

    def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None: ...


@asynccontextmanager
async def fresh(market: Market) -> AsyncIterator[tuple[Following, Disturbance]]:
    """Streams in which every coin is fresh, and what disturbs the exchange that they follow."""
    with disturbed(market, NOON) as (running, disturbance):
        async with following(running) as streams:
            await streams.fresh()
            yield streams, disturbance


async def decidable(streams: Following, bar: int) -> None:
    """Wait until every coin that trades can be decided at the close of ``bar``."""
    rows = list(streams.market.universe.trading_rows)
    await streams.until(lambda: bool(streams.market.decidable(bar)[rows].all()))


@in_loop
async def test_candles_that_close_while_the_connection_is_lost_are_repaired_before_a_coin_is_fresh(
    market: Market, market_folder: Path
) -> None:
    async with fresh(market) as (streams, disturbance):
        judge = Judge(streams)
        for closes in (1, 3, 0):
            lost = streams.streams.counters["stale_lost"]
            disturbance.cut = True
            clock = streams.exchange.clock
            assert isinstance(clock, ManualClock)
            clock.advance(1_000)
            await streams.until(lambda: streams.streams.counters["stale_lost"] >= lost + 5)  # noqa: B023
            assert not streams.market.decidable(streams.market.candles.newest_bar).any()
            for _ in range(closes):
                streams.move_to_close()
            disturbance.cut = False
            await streams.until(lambda: not streams.streams.status().stale)
            await decidable(streams, clock.now() // CANDLE_MS - 1)
        assert judge.decided
        assert judge.wrong == []
        Truth(market_folder).agrees(streams.market, streams.exchange.clock.now())
        assert max(c.reconnects for c in streams.streams.status().connections) >= 3


@in_loop
async def test_silence_on_an_open_connection_is_noticed_and_the_connection_reopened(market: Market) -> None:
    async with fresh(market) as (streams, disturbance):
        disturbance.silent = True
        bar = streams.move_to_close()
        await streams.until(lambda: streams.streams.counters["connections_lost"] >= 4)
        disturbance.silent = False
        await decidable(streams, bar)
        await streams.fresh()


@in_loop
async def test_a_closing_candle_that_never_comes_is_fetched_over_rest_and_the_coin_is_marked(
    market: Market,
) -> None:
    async with fresh(market) as (streams, disturbance):
        await streams.closed(streams.move_to_close())
        disturbance.rewrite = lambda text: [] if is_closing(text) and '"s":"SOLUSDT"' in text else [text]
        bar = streams.move_to_close()
        await decidable(streams, bar)
        assert "SOL/USDT:USDT" in streams.streams.status().over_rest
        disturbance.rewrite = lambda text: [text]
        bar = streams.move_to_close(after_ms=30_000)
        await decidable(streams, bar)
        await streams.until(lambda: "SOL/USDT:USDT" not in streams.streams.status().over_rest)


class Disorder:
    """Repeats, changes, holds back and breaks the messages that close a candle, each symbol's in turn."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._seen: dict[str, int] = {}

    def rewrite(self, text: str) -> list[str]:
        if not is_closing(text):
            return [text]
        symbol = text.partition('"s":"')[2].partition('"')[0]
        turn = self._seen[symbol] = self._seen.get(symbol, -1) + 1
        if turn % 5 == 0:
            return [text, text, text]
        if turn % 5 == 1:
            # A changed copy of a candle that has closed is not believed.
            return [text, text.replace('"v":"', '"v":"1')]
        if turn % 5 == 2:
            self._held.append(text)
            broken = [text[: len(text) // 2], "{}", "[]", '[{"e":"kline"}]', "null"]
            return [*broken, text.replace('"k":{', '"k":{"t":7,')]
        if turn % 5 == 3:
            return [*self._held, text]
        return [text.replace('"v"', '"gone"'), text]


@in_loop
async def test_repeated_late_reordered_and_broken_messages_change_nothing_that_is_closed(
    market: Market, market_folder: Path
) -> None:
    async with fresh(market) as (streams, disturbance):
        judge = Judge(streams)
        disturbance.rewrite = Disorder().rewrite
        for _ in range(10):
            await decidable(streams, streams.move_to_close())
        counters = streams.streams.counters
        await streams.until(lambda: counters["candles_repeated"] > 0)
        assert judge.wrong == []
        Truth(market_folder).agrees(streams.market, streams.exchange.clock.now())
        assert counters["candles_conflicting"] > 0
        assert counters["messages_broken"] > 0
        assert counters["candles_corrected"] == 0


@pytest.mark.parametrize("skew_ms", [-5_000, 5_000])
@pytest.mark.parametrize("clock_known", [True, False])
@in_loop
async def test_a_wrong_clock_never_stores_a_forming_candle(
    market: Market, market_folder: Path, skew_ms: int, clock_known: bool
) -> None:
    close = (NOON // CANDLE_MS + 1) * CANDLE_MS
    for distance in (-4_000, -1_000, 1_000):
        with disturbed(market, close + distance) as (running, _):
            skew = skew_ms if clock_known else 0
            async with following(running, skew_ms=skew) as streams:
                if not clock_known:
                    # The clock runs away after it was measured; messages will show it, but not at once.
                    await streams.until(lambda: streams.streams.counters["clock_measured"] > 0)
                    streams.clock.skew_ms = skew_ms
                await streams.backfilled()
                Truth(market_folder).agrees(streams.market, running.clock.now())
                bar = streams.move_to_close()
                await decidable(streams, bar)
                Truth(market_folder).agrees(streams.market, running.clock.now())


@pytest.mark.parametrize("status", [429, 418])
@in_loop
async def test_after_a_refusal_nobody_sends_before_the_wait_is_over(market: Market, status: int) -> None:
    with disturbed(market, NOON) as (running, disturbance):
        disturbance.status, disturbance.refuse = status, "klines"
        async with following(running) as streams:
            await streams.until(lambda: streams.streams.counters["requests_failed"] > 0)
            disturbance.status = 0
            await streams.fresh()
            assert streams.streams.status().weight.refusals > 0
    refused = [time for time, path in disturbance.paths if "klines" in path]
    # The first was refused, and so were those in flight with it.
    later = [time for time in refused if time - refused[0] > 0.5]
    assert min(later) - refused[0] >= 0.95
    others = [time for time, path in disturbance.paths if 0.5 < time - refused[0] < 0.95]
    assert others == []


@in_loop
async def test_streams_begin_when_the_exchange_does(market: Market) -> None:
    with disturbed(market, NOON) as (running, disturbance):
        disturbance.status, disturbance.refuse = 500, ""
        async with following(running) as streams:
            await streams.until(lambda: streams.streams.counters["requests_failed"] > 2)
            assert len(streams.market.universe) == 0
            disturbance.status = 0
            await streams.fresh()


@in_loop
async def test_a_coin_without_ticker_and_rest_is_stale_and_no_other_coin_makes_it_fresh(
    market: Market,
) -> None:
    settings = QUICK.model_copy(update={"ticker_stale_seconds": 1.0})
    with disturbed(market, NOON) as (running, disturbance):
        async with following(running, settings=settings) as streams:
            await streams.fresh()
            # The clock stands still: no stream brings prices, so every coin lives by REST; one is refused.
            disturbance.status, disturbance.refuse = 500, "ticker/24hr?symbol=SOL"
            solana = streams.row("SOLUSDT")
            await streams.until(lambda: solana in streams.market.stale)
            assert streams.streams.status().stale["SOL/USDT:USDT"] == (Staleness.TICKER,)
            assert not streams.market.decidable(streams.market.candles.newest_bar)[solana]
            disturbance.status = 0
            await streams.until(lambda: solana not in streams.market.stale)
            assert "SOL/USDT:USDT" in streams.streams.status().over_rest


@in_loop
async def test_a_backfill_that_was_broken_off_goes_on_where_it_stood(market: Market) -> None:
    with disturbed(market, NOON) as (running, disturbance):
        disturbance.status, disturbance.refuse = 500, "klines?symbol=TINY"
        async with following(running) as streams:
            await streams.until(lambda: streams.streams.status().backfill.backfilled == 4)
            memory = streams.market
        asked = disturbance.requests("klines")
        disturbance.status = 0
        async with following(running, market=memory) as again:
            await again.fresh()
            assert disturbance.requests("klines") == asked + 1
