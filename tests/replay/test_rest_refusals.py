"""What the REST side refuses, what requests weigh, and the control routes."""

from __future__ import annotations

import httpx
import pytest

from companion.replay.app import AppOptions
from companion.replay.candles import HOUR
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from tests.replay.conftest import NOON
from tests.replay.rest_client import refused
from tests.replay.server import RunningExchange


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("v1/klines", {"interval": "5m"}, -1102),
        ("v1/klines", {"symbol": "", "interval": "5m"}, -1105),
        ("v1/klines", {"symbol": "BTCUSDT"}, -1102),
        ("v1/klines", {"symbol": "NOSUCHUSDT", "interval": "5m"}, -1121),
        ("v1/klines", {"symbol": "btcusdt", "interval": "5m"}, -1121),
        ("v1/klines", {"symbol": "BTC/USDT", "interval": "5m"}, -1100),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "7m"}, -1120),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "1m"}, -1120),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "5m", "limit": 0}, -1130),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "5m", "limit": 1501}, -1130),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "5m", "limit": "x"}, -1100),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "5m", "startTime": "-5"}, -1100),
        ("v1/klines", {"symbol": "BTCUSDT", "interval": "5m", "startTime": 9, "endTime": 8}, -1023),
        ("v1/depth", {"symbol": "BTCUSDT", "limit": 7}, -4021),
        ("v1/depth", {}, -1102),
        ("v1/aggTrades", {"symbol": "BTCUSDT", "fromId": 1, "startTime": 5}, -1128),
        ("v1/aggTrades", {"symbol": "BTCUSDT", "startTime": NOON - HOUR - 1, "endTime": NOON}, -1127),
        ("v1/aggTrades", {"symbol": "BTCUSDT", "startTime": 0, "endTime": NOON}, -1127),
        ("v1/aggTrades", {"symbol": "BTCUSDT", "startTime": NOON, "endTime": NOON - 1}, -1023),
        ("v1/rpiDepth", {"symbol": "BTCUSDT", "limit": 500}, -4021),
        ("v1/fundingRate", {"symbol": "BTCUSDT", "limit": 1001}, -1130),
        ("v1/continuousKlines", {"pair": "BTCUSDT", "contractType": "X", "interval": "5m"}, -1130),
        ("v1/premiumIndex", {"symbol": "NOSUCHUSDT"}, -1121),
    ],
)
def test_a_bad_request_is_refused_with_binances_code(
    still: RunningExchange, path: str, query: dict[str, object], code: int
) -> None:
    answer = still.get(path, **query)
    assert refused(answer) == (400, code)
    assert answer.json()["msg"]


def test_trades_of_a_whole_hour_are_served(still: RunningExchange) -> None:
    query = {"symbol": "BTCUSDT", "limit": 1000}
    rows = still.get("v1/aggTrades", startTime=NOON - HOUR, endTime=NOON, **query).json()
    assert len(rows) == 1000
    assert all(NOON - HOUR <= row["T"] <= NOON for row in rows)


def test_an_unknown_path_is_404(still: RunningExchange) -> None:
    assert refused(still.get("v1/nothing")) == (404, -5000)
    assert httpx.get(f"{still.url}/elsewhere").status_code == 404
    assert httpx.post(f"{still.url}/fapi/v1/klines").status_code == 404


def test_private_routes_are_refused_without_and_with_a_key(still: RunningExchange) -> None:
    assert refused(still.get("v3/account")) == (401, -2014)
    keyed = httpx.post(f"{still.url}/fapi/v1/order", headers={"X-MBX-APIKEY": "k"})
    assert refused(keyed) == (401, -2015)


def weight_of(still: RunningExchange, path: str, **query: object) -> int:
    before = int(still.get("v1/ping").headers["X-MBX-USED-WEIGHT-1M"])
    return int(still.get(path, **query).headers["X-MBX-USED-WEIGHT-1M"]) - before


def test_requests_weigh_what_binance_says(market: Market) -> None:
    # The minute of the weight limit stands still, as the market does.
    options = AppOptions(real=lambda: 600_000.0, weight_limit=10**6)
    with RunningExchange(market, ManualClock(NOON), options) as running:
        candles = {"symbol": "BTCUSDT", "interval": "5m"}
        for limit, weight in ((1, 1), (99, 1), (100, 2), (499, 2), (500, 5), (1000, 5), (1001, 10)):
            assert weight_of(running, "v1/klines", limit=limit, **candles) == weight
        assert weight_of(running, "v1/klines", **candles) == 5
        for limit, weight in ((5, 2), (50, 2), (100, 5), (500, 10), (1000, 20)):
            assert weight_of(running, "v1/depth", symbol="BTCUSDT", limit=limit) == weight
        assert weight_of(running, "v1/ticker/24hr", symbol="BTCUSDT") == 1
        assert weight_of(running, "v1/ticker/24hr") == 40
        assert weight_of(running, "v1/premiumIndex") == 10
        assert weight_of(running, "v1/ticker/bookTicker") == 5
        assert weight_of(running, "v1/aggTrades", symbol="BTCUSDT") == 20
        assert weight_of(running, "v1/rpiDepth", symbol="BTCUSDT") == 20
        assert weight_of(running, "v1/klines", symbol="NOSUCH", interval="5m", limit=1) == 1


def test_too_much_weight_is_429_with_retry_after_and_going_on_is_418(market: Market) -> None:
    options = AppOptions(real=lambda: 600_030.0, weight_limit=10)
    with RunningExchange(market, ManualClock(NOON), options) as running:
        for _ in range(10):
            assert running.get("v1/ping").status_code == 200
        answer = running.get("v1/ping")
        assert refused(answer) == (429, -1003)
        assert int(answer.headers["Retry-After"]) == 31
        codes = [running.get("v1/ping").status_code for _ in range(25)]
        assert codes == sorted(codes, reverse=True)
        assert codes[-1] == 418
        banned = running.get("v1/ping")
        assert int(banned.headers["Retry-After"]) > 100
        assert "banned until" in banned.json()["msg"]


def test_the_status_reports_times_symbols_weight_and_connections(still: RunningExchange) -> None:
    status = httpx.get(f"{still.url}/replay/status").json()
    assert status["served_time"] == status["recorded_time"] == NOON
    assert (status["speed"], status["clock"]) == (0.0, "manual")
    assert (status["symbols"], status["trading"]) == (6, 5)
    assert status["kind"] == "sample"
    assert status["connections"]["count"] == 0


def test_the_manual_clock_moves_over_http_and_not_backwards(market: Market) -> None:
    with RunningExchange(market, ManualClock(NOON)) as running:
        url = f"{running.url}/replay/clock"
        assert httpx.post(url, json={"advance_ms": 5_000}).json() == {"served_time": NOON + 5_000}
        assert httpx.post(url, json={"set_ms": NOON + 9_000}).json() == {"served_time": NOON + 9_000}
        bodies: tuple[object, ...] = (
            {"set_ms": NOON},
            {},
            {"advance_ms": "1"},
            [],
            {"advance_ms": 1, "set_ms": 2},
        )
        for body in bodies:
            assert httpx.post(url, json=body).status_code == 400
        assert httpx.post(url, content=b"{").status_code == 400
        assert running.get("v1/time").json() == {"serverTime": NOON + 9_000}
