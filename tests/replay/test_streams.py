"""What the streams carry, with a plain WebSocket client and a clock moved by hand."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from companion.replay.clock import ManualClock
from companion.replay.market import Market
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN, CRASH_ROW, source
from tests.replay.server import RunningExchange
from tests.replay.stream_client import clock_of, connected, run

FORMING = (NOON - BEGIN) // BASE * BASE + BEGIN


def test_every_candle_closes_exactly_once_with_the_source_values(
    running: RunningExchange, market_folder: Path
) -> None:
    frame = source(market_folder, "SOL_USDT_USDT-5m-futures")

    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("solusdt@kline_5m")
            closed: list[dict[str, Any]] = []
            clock = clock_of(running)
            while clock.now() < FORMING + 4 * BASE:
                messages = await client.until(lambda m: m["E"] == clock.now())
                if clock.now() % BASE < 10_000 and messages[-1]["k"]["x"]:
                    messages.append(await client.read())
                closed += [m["k"] for m in messages if m["k"]["x"]]
                clock.advance(10_000)
            assert [k["t"] for k in closed] == [FORMING + n * BASE for n in range(len(closed))]
            assert len(closed) >= 3
            for k in closed:
                row = frame.iloc[(k["t"] - BEGIN) // BASE]
                assert [float(k[name]) for name in "ohlcv"] == row[
                    ["open", "high", "low", "close", "volume"]
                ].tolist()

    run(work)


def test_the_forming_candle_equals_the_rest_one_at_the_same_instant(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@kline_1h")
            for _ in range(20):
                k = (await client.read())["k"]
                row = running.get("v1/klines", symbol="BTCUSDT", interval="1h", limit=1).json()[0]
                assert [
                    k["t"],
                    k["o"],
                    k["h"],
                    k["l"],
                    k["c"],
                    k["v"],
                    k["T"],
                    k["q"],
                    k["n"],
                    k["V"],
                    k["Q"],
                ] == row[:11]
                clock_of(running).advance(5_000)

    run(work)


def test_a_leap_over_many_candles_closes_each_of_them(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("ethusdt@kline_5m", "ethusdt@kline_15m")
            await client.until(lambda m: m["k"]["i"] == "15m")
            clock_of(running).set(FORMING + 30 * BASE)
            messages = await client.until(lambda m: m["k"]["i"] == "15m" and not m["k"]["x"])
            for name, step in (("5m", BASE), ("15m", 3 * BASE)):
                times = [m["k"]["t"] for m in messages if m["k"]["i"] == name and m["k"]["x"]]
                first = FORMING // step * step
                assert times == list(range(first, FORMING + 30 * BASE - step + 1, step))

    run(work)


def test_an_unchanged_instant_sends_nothing(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@bookTicker")
            assert (await client.read())["e"] == "bookTicker"
            assert await client.waits()

    run(work)


def test_trades_of_the_stream_are_those_of_rest_without_gap_or_repetition(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@aggTrade")
            clock = clock_of(running)
            for _ in range(10):
                clock.advance(37_000)
            end = running.get("v1/aggTrades", symbol="BTCUSDT", limit=1).json()[0]["a"]
            seen = await client.until(lambda m: m["a"] == end)
            window = {"symbol": "BTCUSDT", "startTime": NOON + 1, "limit": 1000}
            wanted = running.get("v1/aggTrades", **window).json()
            fields = ("a", "p", "q", "f", "l", "T", "m")
            assert [[m[f] for f in fields] for m in seen] == [[m[f] for f in fields] for m in wanted]

    run(work)


def test_depth_events_join_and_rebuild_the_rest_book(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running, "/public/ws/0") as client:
            await client.subscribe("btcusdt@depth@100ms")
            clock = clock_of(running)
            clock.advance(700)
            snapshot = running.get("v1/depth", symbol="BTCUSDT", limit=1000).json()
            sides = {name: dict(snapshot[name]) for name in ("bids", "asks")}
            last = snapshot["lastUpdateId"]
            for _ in range(30):
                clock.advance(1_100)
            seen = [m for m in await client.until(lambda m: m["u"] == clock.now()) if m["u"] >= last]
            assert seen[0]["U"] <= last + 1 <= seen[0]["u"] + 1
            for before, after in pairwise(seen):
                assert after["pu"] == before["u"]
            for event in seen:
                for name, key in (("bids", "b"), ("asks", "a")):
                    sides[name].update(event[key])
            now = running.get("v1/depth", symbol="BTCUSDT", limit=1000).json()
            assert now["lastUpdateId"] == seen[-1]["u"]
            for name in ("bids", "asks"):
                kept = {p: q for p, q in sides[name].items() if float(q) > 0.0}
                assert kept == dict(now[name])

    run(work)


def test_after_the_depth_stream_ends_the_snapshot_follows_the_clock(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@depth")
            await client.send("UNSUBSCRIBE", "btcusdt@depth")
            await client.until(lambda m: m.get("id") == 1)
            clock_of(running).advance(900)
            assert running.get("v1/depth", symbol="BTCUSDT").json()["lastUpdateId"] == NOON + 900

    run(work)


def test_mark_prices_of_the_market_carry_funding(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("!markPrice@arr@1s")
            events = {event["s"]: event for event in await client.read()}
            assert set(events) == {"BTCUSDT", "ETHUSDT", "SOLUSDT", "TINYUSDT", "NEWXUSDT"}
            for symbol in ("BTCUSDT", "SOLUSDT"):
                premium = running.get("v1/premiumIndex", symbol=symbol).json()
                event = events[symbol]
                assert event["p"] == premium["markPrice"]
                assert event["r"] == premium["lastFundingRate"]
                assert event["T"] == premium["nextFundingTime"] > NOON
            assert events["TINYUSDT"]["r"] == ""

    run(work)


def test_market_tickers_send_only_what_changed_and_delisted_coins_are_gone(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("!miniTicker@arr")
            assert "GONEUSDT" not in {event["s"] for event in await client.read()}
            clock_of(running).advance(400)
            changed = {
                symbol
                for symbol, view in running.exchange.views.items()
                if symbol != "GONEUSDT" and view.tape.event_at(NOON + 400) != view.tape.event_at(NOON)
            }
            if changed:
                assert {event["s"] for event in await client.read()} == changed
            assert await client.waits()

    run(work)


def test_a_listing_joins_the_market_streams_and_its_own_stream(market: Market) -> None:
    listing = BEGIN + 1_728 * BASE

    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("!ticker@arr")
            assert "NEWXUSDT" not in {event["s"] for event in await client.read()}
            await client.send("SUBSCRIBE", "newxusdt@kline_5m")
            assert (await client.read())["result"] is None
            clock_of(running).set(listing + 5_000)
            messages = [await client.read() for _ in range(2)]
            assert any(isinstance(m, dict) and m["k"]["t"] == listing for m in messages)
            tickers = next(m for m in messages if isinstance(m, list))
            assert "NEWXUSDT" in {event["s"] for event in tickers}

    with RunningExchange(market, ManualClock(listing - 10_000)) as running:
        run(lambda: work(running))


def test_a_crash_is_seen_on_the_liquidation_streams(market: Market) -> None:
    crash = BEGIN + CRASH_ROW * BASE

    async def work(running: RunningExchange) -> None:
        async with connected(running) as one, connected(running) as every:
            await one.subscribe("ethusdt@forceOrder")
            await every.subscribe("!forceOrder@arr")
            clock_of(running).set(crash + BASE)
            event, again = await one.read(), await every.read()
            assert event == again
            assert event["o"]["S"] == "SELL"
            assert crash <= event["o"]["T"] < crash + BASE

    with RunningExchange(market, ManualClock(crash - 1)) as running:
        run(lambda: work(running))


def test_at_the_tapes_end_the_last_candle_closes_and_then_there_is_silence(
    market: Market, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@kline_5m", "!markPrice@arr", "btcusdt@bookTicker")
            await client.until(lambda m: isinstance(m, dict) and m["e"] == "bookTicker")
            clock_of(running).set(market.end + 1)
            last = await client.until(lambda m: isinstance(m, dict) and m["e"] == "kline" and m["k"]["x"])
            assert last[-1]["k"]["T"] == market.end - 1
            clock_of(running).advance(BASE)
            assert await client.waits()

    with RunningExchange(market, ManualClock(market.end - 2_000)) as running:
        run(lambda: work(running))
    assert "end of tape" in caplog.text


def recorded_events(folder: Path) -> dict[str, set[str]]:
    """Field names by event type of real recordings; a kline's own fields as 'kline.k'."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*.gz"):
        with gzip.open(path, "rt") as lines:
            for number, line in enumerate(lines):
                brace = line.find('{"stream"')
                if brace < 0 or number > 20_000:
                    continue
                data = json.loads(line[brace:])["data"]
                if "e" in data:
                    found[data["e"]] = set(data)
                    if data["e"] == "kline":
                        found["kline.k"] = set(data["k"])
    return found


def test_events_have_the_fields_of_recorded_ones(running: RunningExchange, recorded_data: Path) -> None:
    real = recorded_events(recorded_data / "ws_recordings")
    assert {"depthUpdate", "bookTicker", "aggTrade", "kline", "trade"} <= set(real)

    async def work() -> None:
        async with connected(running) as client:
            streams = ("kline_5m", "bookTicker", "aggTrade", "trade", "depth@100ms")
            await client.subscribe(*(f"btcusdt@{name}" for name in streams))
            seen: dict[str, set[str]] = {}
            while not set(real) <= set(seen):
                clock_of(running).advance(5_000)
                message = await client.read()
                seen[message["e"]] = set(message)
                if message["e"] == "kline":
                    seen["kline.k"] = set(message["k"])
            assert {name: seen[name] for name in real} == real

    run(work)
