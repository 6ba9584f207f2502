"""The WebSocket side, with a plain WebSocket client and a clock moved by hand."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import websockets

from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from companion.replay.streams.connection import Connection, StreamLimits, send_text
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN, CRASH_ROW, source
from tests.replay.server import RunningExchange

FORMING = (NOON - BEGIN) // BASE * BASE + BEGIN
TIMEOUT = 20.0


class Client:
    """A WebSocket client that reads JSON."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket

    async def send(self, method: str, *params: object, number: object = 1) -> None:
        await self.socket.send(json.dumps({"method": method, "params": list(params), "id": number}))

    async def read(self) -> Any:
        return json.loads(await asyncio.wait_for(self.socket.recv(), TIMEOUT))

    async def subscribe(self, *streams: str) -> None:
        await self.send("SUBSCRIBE", *streams)
        assert await self.read() == {"result": None, "id": 1}

    async def until(self, found: Callable[[Any], bool]) -> list[Any]:
        """Messages up to and with the first for which `found` holds."""
        messages = [await self.read()]
        while not found(messages[-1]):
            messages.append(await self.read())
        return messages

    async def waits(self) -> bool:
        """Whether nothing lies ready: a command's answer comes before any other message."""
        await self.send("LIST_SUBSCRIPTIONS", number=99)
        return bool((await self.read()).get("id") == 99)


@asynccontextmanager
async def connected(running: RunningExchange, path: str = "/ws") -> AsyncIterator[Client]:
    async with websockets.connect(running.ws + path, max_size=None) as socket:
        yield Client(socket)


@pytest.fixture
def running(market: Market) -> Iterator[RunningExchange]:
    with RunningExchange(market, ManualClock(NOON)) as exchange:
        yield exchange


def clock_of(running: RunningExchange) -> ManualClock:
    assert isinstance(running.clock, ManualClock)
    return running.clock


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(work(), 60.0)

    asyncio.run(bounded())


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


@pytest.mark.parametrize("path", ["/ws", "/ws/3", "/market/ws/0", "/public/ws/49", "/market/ws"])
def test_raw_paths_take_subscriptions(running: RunningExchange, path: str) -> None:
    async def work() -> None:
        async with connected(running, path) as client:
            await client.subscribe("ethusdt@ticker")
            assert (await client.read())["e"] == "24hrTicker"

    run(work)


def test_streams_named_in_the_path_start_at_once(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running, "/ws/btcusdt@markPrice") as client:
            assert (await client.read())["e"] == "markPriceUpdate"
        async with connected(running, "/stream?streams=btcusdt@markPrice/ethusdt@bookTicker") as client:
            messages = [await client.read() for _ in range(2)]
            assert {m["stream"] for m in messages} == {"btcusdt@markPrice", "ethusdt@bookTicker"}
            assert {m["data"]["s"] for m in messages} == {"BTCUSDT", "ETHUSDT"}

    run(work)


def test_subscriptions_are_listed_and_removed(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@trade", "ethusdt@trade")
            await client.send("UNSUBSCRIBE", "btcusdt@trade", "nosuch@trade", number="text")
            assert await client.read() == {"result": None, "id": "text"}
            await client.send("LIST_SUBSCRIPTIONS", number=7)
            assert await client.read() == {"result": ["ethusdt@trade"], "id": 7}

    run(work)


def test_properties_switch_to_combined_events(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.send("GET_PROPERTY", "combined", number=2)
            assert await client.read() == {"result": False, "id": 2}
            await client.send("SET_PROPERTY", *("combined", True), number=3)
            assert await client.read() == {"result": None, "id": 3}
            await client.subscribe("btcusdt@bookTicker")
            assert (await client.read())["stream"] == "btcusdt@bookTicker"

    run(work)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", 3),
        ("[]", 2),
        ('{"method": "DANCE", "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": [], "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": [5], "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": ["btcusdt@dance"], "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": ["btcusdt@kline_1m"], "id": 1}', 2),
        ('{"method": "SUBSCRIBE", "params": ["btcusdt@ticker"], "id": {}}', 2),
        ('{"method": "SET_PROPERTY", "params": ["split", true], "id": 1}', 0),
        ('{"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}', 1),
    ],
)
def test_a_bad_command_is_refused_and_the_connection_lives(
    running: RunningExchange, text: str, code: int
) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.socket.send(text)
            assert (await client.read())["error"]["code"] == code
            await client.subscribe("btcusdt@ticker")

    run(work)


def test_an_unknown_symbol_is_accepted_and_stays_silent(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe("nosuchusdt@bookTicker")
            clock_of(running).advance(BASE)
            assert await client.waits()

    run(work)


def test_more_streams_than_allowed_are_refused(market: Market) -> None:
    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@trade", "ethusdt@trade")
            await client.send("SUBSCRIBE", "solusdt@trade")
            assert "too many streams" in (await client.read())["error"]["msg"]
            await client.subscribe("btcusdt@trade")

    options = AppOptions(stream_limits=StreamLimits(streams=2))
    with RunningExchange(market, ManualClock(NOON), options) as running:
        run(lambda: work(running))


def test_more_than_ten_messages_a_second_end_the_connection(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            for number in range(15):
                await client.send("LIST_SUBSCRIPTIONS", number=number)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.until(lambda _: False)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008

    run(work)


def test_a_connection_ends_after_its_lifetime_and_its_streams_with_it(market: Market) -> None:
    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@depth")
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.until(lambda _: False)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001

    options = AppOptions(stream_limits=StreamLimits(lifetime=0.3))
    with RunningExchange(market, ManualClock(NOON), options) as running:
        run(lambda: work(running))


def test_every_message_passes_the_outlet_so_that_faults_can_be_put_there(market: Market) -> None:
    passed: list[str] = []

    async def outlet(connection: Connection, text: str) -> None:
        passed.append(text)
        if '"bookTicker"' not in text:
            await send_text(connection, text)

    async def work(running: RunningExchange) -> None:
        async with connected(running) as client:
            await client.subscribe("btcusdt@bookTicker", "btcusdt@markPrice")
            assert (await client.read())["e"] == "markPriceUpdate"

    with RunningExchange(market, ManualClock(NOON), AppOptions(outlet=outlet)) as running:
        run(lambda: work(running))
    assert any('"bookTicker"' in text for text in passed)


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
