"""Streams of contracts: candles by pair and contract type, listings and delistings."""

from __future__ import annotations

from companion.replay.clock import ManualClock
from companion.replay.market import Market
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN
from tests.replay.server import RunningExchange
from tests.replay.stream_client import clock_of, connected, run


def test_continuous_candles_are_those_of_the_perpetual_contract(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as plain, connected(running, "/market/ws") as continuous:
            await plain.subscribe("btcusdt@kline_15m")
            await continuous.subscribe("btcusdt_perpetual@continuousKline_15m")
            await plain.read()
            await continuous.read()
            clock_of(running).set(NOON + 7 * BASE)
            candles = await plain.until(lambda m: not m["k"]["x"])
            events = await continuous.until(lambda m: not m["k"]["x"])
            for wanted, got in zip(candles, events, strict=True):
                assert (got["e"], got["ps"], got["ct"]) == ("continuous_kline", "BTCUSDT", "PERPETUAL")
                assert "s" not in got
                assert got["k"] == {name: value for name, value in wanted["k"].items() if name != "s"}
            assert [event["k"]["x"] for event in events] == [True, True, False]

    run(work)


def test_listings_and_delistings_are_announced_once_each(market: Market) -> None:
    listing, end = BEGIN + 1_728 * BASE, BEGIN + 1_760 * BASE

    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("!contractInfo")
            assert await client.waits(), "what is known already is no news"
            for instant, symbol, status in ((listing, "NEWXUSDT", "TRADING"), (end, "GONEUSDT", "SETTLING")):
                clock_of(running).set(instant)
                event = await client.read()
                assert (event["e"], event["E"]) == ("contractInfo", instant)
                assert (event["s"], event["ps"], event["ct"], event["cs"]) == (
                    symbol,
                    symbol,
                    "PERPETUAL",
                    status,
                )
                entries = running.get("v1/exchangeInfo").json()["symbols"]
                entry = next(entry for entry in entries if entry["symbol"] == symbol)
                assert (event["dt"], event["ot"]) == (entry["deliveryDate"], entry["onboardDate"])
                clock_of(running).advance(1_000)
                assert await client.waits()

    with RunningExchange(market, ManualClock(listing - 10_000)) as running:
        run(lambda: work(running))
