"""Open interest, now and as a history, with the limit of /futures/data."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from companion.replay.app import AppOptions
from companion.replay.candles import DAY, HOUR
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from tests.replay.conftest import NOON
from tests.replay.rest_client import FORMING, refused
from tests.replay.sample_market import BASE, BEGIN, source
from tests.replay.server import RunningExchange


def history(running: RunningExchange, **query: object) -> httpx.Response:
    params = {name: str(value) for name, value in {"symbol": "BTCUSDT", "period": "5m", **query}.items()}
    return httpx.get(f"{running.url}/futures/data/openInterestHist", params=params, timeout=20.0)


def test_the_newest_point_is_the_open_interest_of_this_candle(still: RunningExchange) -> None:
    rows = history(still, limit=500).json()
    assert [row["timestamp"] for row in rows] == list(range(FORMING - 499 * BASE, FORMING + 1, BASE))
    now = still.get("v1/openInterest", symbol="BTCUSDT").json()
    assert (rows[-1]["sumOpenInterest"], now["time"]) == (now["openInterest"], NOON)
    assert set(rows[-1]) == {"symbol", "sumOpenInterest", "sumOpenInterestValue", "timestamp"}
    assert len(history(still).json()) == 30


def test_open_interest_follows_the_volume_of_a_day_and_its_value_the_price(
    still: RunningExchange, market_folder: Path
) -> None:
    row = history(still, period="1h", limit=1).json()[0]
    frame = source(market_folder, "BTC_USDT_USDT-5m-futures")
    last = (row["timestamp"] - BEGIN) // BASE
    day = frame.iloc[last - 288 : last]
    assert row["timestamp"] % HOUR == 0
    assert float(row["sumOpenInterest"]) == pytest.approx(0.35 * day["volume"].sum(), abs=0.001)
    value = 0.35 * day["volume"].sum() * day["close"].iloc[-1]
    assert float(row["sumOpenInterestValue"]) == pytest.approx(value)


@pytest.mark.parametrize("period", ["5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"])
def test_every_period_of_the_exchange_is_served(still: RunningExchange, period: str) -> None:
    assert history(still, period=period).json()


def test_a_new_coin_begins_with_no_open_interest(still: RunningExchange) -> None:
    listed = BEGIN + 1_728 * BASE
    rows = history(still, symbol="NEWXUSDT", startTime=listed - HOUR, limit=500).json()
    assert rows[0]["timestamp"] == listed + BASE
    values = [float(row["sumOpenInterest"]) for row in rows]
    assert 0.0 < values[0]
    assert values[:280] == sorted(values[:280])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"period": "1m"}, -1130),
        ({"period": "8h"}, -1130),
        ({"startTime": NOON - 30 * DAY - 1}, -1130),
        ({"limit": 501}, -1130),
        ({"symbol": "NOSUCHUSDT"}, -1121),
        ({"symbol": ""}, -1105),
    ],
)
def test_what_the_exchange_refuses_is_refused(
    still: RunningExchange, query: dict[str, object], code: int
) -> None:
    assert refused(history(still, **query)) == (400, code)


def test_statistics_have_no_weight_and_a_limit_of_their_own(market: Market) -> None:
    options = AppOptions(real=lambda: 600_000.0, weight_limit=2)
    with RunningExchange(market, ManualClock(NOON), options) as running, httpx.Client() as client:
        url = f"{running.url}/futures/data/openInterestHist?symbol=BTCUSDT&period=1d"
        answers = [client.get(url) for _ in range(1000)]
        assert {answer.status_code for answer in answers} == {200}
        assert "X-MBX-USED-WEIGHT-1M" not in answers[0].headers
        answer = client.get(url)
        assert refused(answer) == (429, -1003)
        assert int(answer.headers["Retry-After"]) == 301
        assert running.get("v1/ping").headers["X-MBX-USED-WEIGHT-1M"] == "1"
        assert running.get("v1/ping").status_code == 200
        assert httpx.post(url).status_code == 429


def test_an_unknown_statistic_is_404(still: RunningExchange) -> None:
    assert refused(httpx.get(f"{still.url}/futures/data/nothing")) == (404, -5000)
    assert refused(httpx.post(f"{still.url}/futures/data/openInterestHist")) == (404, -5000)
