"""Faults strike what they are told to strike, are counted, and spare the rest."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import load_market
from tests.replay.conftest import NOON
from tests.replay.server import RunningExchange
from tests.replay.stream_client import Client, clock_of, connected, run

STREAM = "btcusdt@markPrice@1s"


@pytest.fixture
def running(market_folder: Path) -> Iterator[RunningExchange]:
    with RunningExchange(
        load_market(market_folder), ManualClock(NOON), AppOptions(seed=1, faults=True)
    ) as exchange:
        yield exchange


def ask(running: RunningExchange, method: str, **body: Any) -> httpx.Response:
    return httpx.request(method, f"{running.url}/replay/faults", json=body, timeout=20.0)


def met(running: RunningExchange) -> dict[str, int]:
    counts: dict[str, int] = httpx.get(f"{running.url}/replay/faults", timeout=20.0).json()["counts"]
    return counts


async def events(client: Client, running: RunningExchange, count: int) -> list[str]:
    """Texts that arrive while the clock moves far enough for ``count`` events to fall due."""
    texts = []
    for _ in range(count):
        clock_of(running).advance(1_000)
        texts.append(str(await asyncio.wait_for(client.socket.recv(), 20.0)))
    return texts


def test_without_faults_every_message_comes_once_and_whole(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe(STREAM)
            updates = [json.loads(text)["E"] for text in await events(client, running, 20)]
            assert updates == sorted(set(updates))

    run(work)
    assert not any(met(running).values())


def test_duplicated_messages_come_twice(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe(STREAM)
            await client.read()
            ask(running, "PUT", duplicate=1.0).raise_for_status()
            clock_of(running).advance(1_000)
            assert await client.read() == await client.read()

    run(work)
    assert met(running)["duplicate"] >= 1


def test_a_reordered_message_comes_behind_the_next(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe(STREAM)
            first = (await client.read())["E"]
            ask(running, "PUT", reorder=1.0).raise_for_status()
            numbers: list[int] = []
            while len(numbers) < 2:
                clock_of(running).advance(1_000)
                # What is held back comes with the event after it.
                with contextlib.suppress(TimeoutError):
                    numbers.append(json.loads(await asyncio.wait_for(client.socket.recv(), 0.5))["E"])
            assert first < numbers[1] < numbers[0]

    run(work)


def test_a_truncated_message_is_no_json_and_answers_stay_whole(running: RunningExchange) -> None:
    async def work() -> None:
        ask(running, "PUT", truncate=1.0).raise_for_status()
        async with connected(running) as client:
            await client.subscribe(STREAM)
            (text,) = await events(client, running, 1)
            with pytest.raises(json.JSONDecodeError):
                json.loads(text)

    run(work)


@pytest.mark.parametrize(("fault", "code"), [("disconnect", 1011), ("cut", 1001)])
def test_a_connection_ends_when_asked(running: RunningExchange, fault: str, code: int) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe(STREAM)
            assert ask(running, "POST", fault=fault).json() == {"met": 1}
            await asyncio.wait_for(client.socket.wait_closed(), 20.0)
            assert client.socket.close_code == code

    run(work)


def test_a_silent_connection_stays_open_and_says_nothing(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as silent:
            await silent.subscribe(STREAM)
            await silent.read()
            ask(running, "POST", fault="silence", seconds=600).raise_for_status()
            async with connected(running) as other:
                await other.subscribe(STREAM)
                await events(other, running, 3)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(silent.socket.recv(), 0.2)

    run(work)


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("418", 418), ("503", 503)])
def test_requests_are_refused_and_told_how_long_to_wait(
    running: RunningExchange, fault: str, status: int
) -> None:
    ask(running, "POST", fault=fault, seconds=30).raise_for_status()
    answer = running.get("v1/time")
    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "30"
    assert met(running)[fault] == 1


def disobeyed(running: RunningExchange) -> int:
    return int(httpx.get(f"{running.url}/replay/faults", timeout=20.0).json()["disobeyed"])


@pytest.mark.parametrize(("fault", "counted"), [("429", 2), ("418", 2), ("503", 0)])
def test_who_asks_again_over_a_connection_that_was_refused_did_not_wait(
    running: RunningExchange, fault: str, counted: int
) -> None:
    with httpx.Client(base_url=running.url, timeout=20.0) as client:
        ask(running, "POST", fault=fault, seconds=60.0)
        client.get("/fapi/v1/time")
        assert disobeyed(running) == 0
        client.get("/fapi/v1/time")
        client.get("/fapi/v1/time")
        assert disobeyed(running) == counted


def test_who_was_under_way_on_another_connection_could_not_know(running: RunningExchange) -> None:
    ask(running, "POST", fault="429", seconds=60.0)
    for _ in range(3):
        httpx.get(f"{running.url}/fapi/v1/time", timeout=20.0)
    assert disobeyed(running) == 0


def test_a_delisted_coin_settles_leaves_the_tickers_and_falls_silent(running: RunningExchange) -> None:
    async def work() -> None:
        async with connected(running) as client:
            await client.subscribe(STREAM, "ethusdt@markPrice@1s")
            assert {(await client.read())["s"] for _ in range(2)} == {"BTCUSDT", "ETHUSDT"}
            ask(running, "POST", fault="delist", symbol="ETHUSDT").raise_for_status()
            assert {json.loads(text)["s"] for text in await events(client, running, 10)} == {"BTCUSDT"}

    run(work)
    info = {row["symbol"]: row["status"] for row in running.get("v1/exchangeInfo").json()["symbols"]}
    assert (info["ETHUSDT"], info["BTCUSDT"]) == ("SETTLING", "TRADING")
    assert "ETHUSDT" not in {row["symbol"] for row in running.get("v1/ticker/bookTicker").json()}


def test_a_delisting_can_be_announced_and_comes_at_its_time(running: RunningExchange) -> None:
    def entry() -> dict[str, Any]:
        rows = running.get("v1/exchangeInfo").json()["symbols"]
        return next(row for row in rows if row["symbol"] == "ETHUSDT")

    ask(running, "POST", fault="announce", symbol="ETHUSDT", minutes=45).raise_for_status()
    assert (entry()["deliveryDate"], entry()["status"]) == (NOON + 45 * 60_000, "TRADING")
    running.clock.advance(45 * 60_000)  # type: ignore[attr-defined]  # a ManualClock
    assert entry()["status"] == "SETTLING"


def test_a_coin_can_become_a_contract_of_another_type(running: RunningExchange) -> None:
    ask(running, "POST", fault="tradifi", symbol="ETHUSDT").raise_for_status()
    kinds = {row["symbol"]: row["contractType"] for row in running.get("v1/exchangeInfo").json()["symbols"]}
    assert (kinds.pop("ETHUSDT"), set(kinds.values())) == ("TRADIFI_PERPETUAL", {"PERPETUAL"})


@pytest.mark.parametrize(
    ("method", "body", "named"),
    [
        ("PUT", {"duplicate": 2.0}, "duplicate"),
        ("PUT", {"doubled": 0.1}, "doubled"),
        ("POST", {"fault": "meteor"}, "meteor"),
        ("POST", {"fault": "delist", "symbol": "NOUSDT"}, "NOUSDT"),
        ("POST", {"fault": "silence", "seconds": 0}, "seconds"),
        ("POST", {"fault": "announce", "symbol": "NOUSDT", "minutes": 45}, "NOUSDT"),
        ("POST", {"fault": "announce", "symbol": "ETHUSDT", "minutes": 0}, "minutes"),
    ],
)
def test_an_unknown_fault_is_refused_by_name(
    running: RunningExchange, method: str, body: dict[str, Any], named: str
) -> None:
    answer = ask(running, method, **body)
    assert answer.status_code == 400
    assert named in answer.text


def test_an_exchange_without_faults_has_no_such_route(market_folder: Path) -> None:
    with RunningExchange(load_market(market_folder), ManualClock(NOON)) as running:
        assert httpx.get(f"{running.url}/replay/faults").status_code == 404
