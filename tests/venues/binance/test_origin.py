"""Where prices come from, as a real replay exchange says it; Binance itself is never asked."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from companion.ground.ports import any_free
from companion.replay.clock import ManualClock
from companion.replay.embedded import MarketSpecification, ensure_market
from companion.replay.market import Market, load_market
from companion.venues.binance.origin import read_origin
from companion.venues.binance.venue import BinanceVenue
from companion.venues.origin import MarketKind, MarketOrigin
from tests.api.server import served
from tests.replay.server import RunningExchange, fast_clock

UNKNOWN = MarketOrigin(MarketKind.UNKNOWN)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = tmp_path_factory.mktemp("markets") / "market-of-two"
    return load_market(ensure_market(folder, MarketSpecification(coins=2, days=6, seed=5)))


@pytest.fixture(scope="module")
def recorded(generated: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The same candles as Freqtrade would have downloaded them: nothing says that they were generated."""
    folder = tmp_path_factory.mktemp("data") / "august" / "binance"
    shutil.copytree(generated.folder, folder)
    (folder / "market.json").unlink()
    return load_market(folder.parent)


async def origin_at(address: str) -> MarketOrigin | None:
    return await BinanceVenue(address).origin()


@pytest.mark.anyio
async def test_a_replay_exchange_says_that_its_market_is_generated_how_it_is_called_and_how_fast_it_runs(
    generated: Market,
) -> None:
    with RunningExchange(generated, fast_clock(generated.begin + 86_400_000, 60.0)) as exchange:
        assert await origin_at(exchange.url) == MarketOrigin(MarketKind.GENERATED, "market-of-two", 60.0)
        assert await origin_at(f"{exchange.url}/") == await origin_at(exchange.url)


@pytest.mark.anyio
async def test_a_data_folder_counts_as_recorded_and_goes_by_its_own_name(recorded: Market) -> None:
    with RunningExchange(recorded, fast_clock(recorded.begin + 86_400_000, 1.0)) as exchange:
        assert await origin_at(exchange.url) == MarketOrigin(MarketKind.RECORDED, "august", 1.0)


@pytest.mark.anyio
async def test_a_clock_that_is_moved_by_hand_has_no_speed(generated: Market) -> None:
    with RunningExchange(generated, ManualClock(generated.end - 1)) as exchange:
        found = await origin_at(exchange.url)
    assert found is not None
    assert found.kind is MarketKind.GENERATED
    assert math.isnan(found.speed)


@pytest.mark.anyio
async def test_a_folder_that_calls_itself_something_else_is_of_unknown_origin(market: Market) -> None:
    assert market.marker.kind == "sample"
    with RunningExchange(market, fast_clock(market.begin + 86_400_000, 2.0)) as exchange:
        assert await origin_at(exchange.url) == MarketOrigin(MarketKind.UNKNOWN, market.name, 2.0)


@pytest.mark.anyio
@pytest.mark.parametrize("address", ["", "https://fapi.binance.com", "https://fapi.binance.com/"])
async def test_binance_is_known_by_its_address(address: str) -> None:
    assert await origin_at(address) == MarketOrigin(MarketKind.BINANCE)


async def _says_nothing_of_use(_: Request) -> Response:
    return Response("<html>")


async def _says_something_else(_: Request) -> Response:
    return JSONResponse(["kind", "embedded"])


@pytest.fixture
def elsewhere() -> Iterator[str]:
    async def alive(_: Request) -> Response:
        return Response()

    routes: list[BaseRoute] = [
        Route("/health", alive),
        Route("/page/replay/status", _says_nothing_of_use),
        Route("/list/replay/status", _says_something_else),
    ]
    with served(FastAPI(routes=routes)) as address:
        yield address


@pytest.mark.anyio
@pytest.mark.parametrize("below", ["", "/page", "/list"])
async def test_a_server_that_is_no_replay_exchange_is_of_unknown_origin(elsewhere: str, below: str) -> None:
    assert await origin_at(f"{elsewhere}{below}") == UNKNOWN


@pytest.mark.anyio
async def test_who_does_not_answer_could_not_be_asked() -> None:
    assert await origin_at(f"http://127.0.0.1:{any_free()}") is None
    assert await origin_at("http://[") == UNKNOWN


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"kind": "embedded", "name": "/home/somebody/market", "speed": 0.0}, "market"),
        ({"kind": "embedded", "name": "C:\\data\\market", "speed": "fast"}, "market"),
        ({"kind": "embedded", "name": "", "speed": True}, None),
        ({"kind": "embedded", "name": 7, "speed": 10**400}, None),
    ],
)
def test_no_path_is_told_and_no_speed_that_is_none(said: dict[str, object], shown: str | None) -> None:
    found = read_origin(said)
    assert (found.kind, found.name) == (MarketKind.GENERATED, shown)
    assert math.isnan(found.speed)


def test_a_folder_below_one_named_after_the_exchange_is_called_by_the_upper_one(
    recorded: Market, tmp_path: Path
) -> None:
    assert recorded.folder.name == "binance"
    assert recorded.name == "august"
