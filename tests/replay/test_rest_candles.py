"""Candles over REST, against a clock that stands still in the middle of one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.replay.candles import HOUR
from companion.replay.clock import ManualClock
from companion.replay.market import Market, load_market
from tests.replay.conftest import NOON
from tests.replay.rest_client import FORMING, ROW, klines
from tests.replay.sample_market import BASE, BEGIN, DAY, source
from tests.replay.server import RunningExchange


def test_klines_are_the_source_candles_and_the_last_is_forming(
    still: RunningExchange, market_folder: Path
) -> None:
    rows = klines(still, limit=1500)
    frame = source(market_folder, "BTC_USDT_USDT-5m-futures").iloc[ROW - 1499 : ROW]
    assert len(rows) == 1500
    assert all(len(row) == 12 for row in rows)
    for column, name in enumerate(("open", "high", "low", "close", "volume"), 1):
        assert [float(row[column]) for row in rows[:-1]] == frame[name].tolist()
    assert [row[0] for row in rows] == list(range(FORMING - 1499 * BASE, FORMING + 1, BASE))
    assert all(row[6] == row[0] + BASE - 1 for row in rows)


def test_the_forming_candle_lies_inside_the_one_it_becomes(
    still: RunningExchange, market_folder: Path
) -> None:
    forming = klines(still, limit=1)[0]
    final = source(market_folder, "BTC_USDT_USDT-5m-futures").iloc[ROW]
    opened, high, low, close, volume = (float(value) for value in forming[1:6])
    assert forming[0] == FORMING
    assert opened == final["open"]
    assert final["low"] <= low <= close <= high <= final["high"]
    assert 0.0 < volume < final["volume"]
    assert 0.0 < float(forming[9]) < volume


def test_value_trades_and_taker_volume_belong_to_the_candle(still: RunningExchange) -> None:
    for row in klines(still, limit=200):
        low, high, volume, value = (float(row[n]) for n in (3, 2, 5, 7))
        assert low * volume * 0.999999 <= value <= high * volume * 1.000001
        assert 0.0 <= float(row[9]) <= volume
        assert (row[8] > 0) == (volume > 0.0)


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ({"limit": 3}, ROW - 2, 3),
        ({"startTime": 0, "limit": 4}, 0, 4),
        ({"startTime": BEGIN + 10 * BASE, "limit": 2}, 10, 2),
        ({"startTime": BEGIN + 10 * BASE + 1, "limit": 2}, 11, 2),
        ({"endTime": BEGIN + 10 * BASE, "limit": 2}, 9, 2),
        ({"endTime": BEGIN + 10 * BASE - 1, "limit": 2}, 8, 2),
        ({"startTime": BEGIN + 5 * BASE, "endTime": BEGIN + 7 * BASE}, 5, 3),
        ({"startTime": BEGIN + 5 * BASE, "endTime": BEGIN + 700 * BASE, "limit": 2}, 5, 2),
        ({"startTime": FORMING, "limit": 5}, ROW, 1),
        ({"startTime": FORMING - BASE}, ROW - 1, 2),
        ({"startTime": FORMING + 1}, 0, 0),
        ({"startTime": 10**19}, 0, 0),
        ({"endTime": BEGIN - 1}, 0, 0),
        ({}, ROW - 499, 500),
    ],
)
def test_time_windows_select_as_binance_does(
    still: RunningExchange, query: dict[str, int], first: int, count: int
) -> None:
    rows = klines(still, **query)
    assert [row[0] for row in rows] == [BEGIN + BASE * (first + n) for n in range(count)]


@pytest.mark.parametrize(("interval", "length"), [("15m", 3), ("1h", 12), ("4h", 48), ("1d", 288)])
def test_longer_candles_are_built_on_the_clock_and_the_forming_one_is_partial(
    still: RunningExchange, market_folder: Path, interval: str, length: int
) -> None:
    frame = source(market_folder, "BTC_USDT_USDT-5m-futures")
    rows = klines(still, interval=interval, limit=5)
    for row in rows[:-1]:
        part = frame.iloc[(row[0] - BEGIN) // BASE :][:length]
        assert row[0] % (length * BASE) == 0
        assert float(row[1]) == part["open"].iloc[0]
        assert float(row[2]) == part["high"].max()
        assert float(row[3]) == part["low"].min()
        assert float(row[4]) == part["close"].iloc[-1]
        assert float(row[5]) == pytest.approx(part["volume"].sum(), rel=1e-12)
    assert rows[-1][0] == FORMING // (length * BASE) * length * BASE
    assert rows[-1][4] == klines(still, limit=1)[0][4]


def test_mark_klines_are_the_recorded_hours(still: RunningExchange, market_folder: Path) -> None:
    rows = still.get("v1/markPriceKlines", symbol="ETHUSDT", interval="1h", limit=50).json()
    frame = source(market_folder, "ETH_USDT_USDT-1h-mark")
    last = (FORMING - BEGIN) // HOUR
    for column, name in enumerate(("open", "high", "low", "close"), 1):
        wanted = frame[name].iloc[last - 49 : last].tolist()
        assert [float(row[column]) for row in rows[:-1]] == wanted
    premium = still.get("v1/premiumIndex", symbol="ETHUSDT").json()
    assert rows[-1][4] == premium["markPrice"]


def test_without_a_mark_file_the_mark_price_is_the_last_price(still: RunningExchange) -> None:
    last = float(still.get("v1/ticker/price", symbol="TINYUSDT").json()["price"])
    mark = float(still.get("v1/premiumIndex", symbol="TINYUSDT").json()["markPrice"])
    assert mark == pytest.approx(last)
    rows = still.get("v1/markPriceKlines", symbol="TINYUSDT", interval="1h", limit=9).json()
    traded = klines(still, symbol="TINYUSDT", interval="1h", limit=9)
    assert [[float(x) for x in row[1:5]] for row in rows] == [[float(x) for x in row[1:5]] for row in traded]


@pytest.mark.parametrize("path", ["v1/indexPriceKlines", "v1/premiumIndexKlines", "v1/continuousKlines"])
def test_the_other_klines_have_rows_of_twelve(still: RunningExchange, path: str) -> None:
    query = {"symbol": "BTCUSDT", "pair": "BTCUSDT", "contractType": "PERPETUAL"}
    rows = still.get(path, interval="1h", limit=3, **query).json()
    assert len(rows) >= 2
    assert all(len(row) == 12 for row in rows)


def test_rest_agrees_with_itself_at_every_instant(market: Market) -> None:
    clock = ManualClock(NOON)
    highs: list[float] = []
    with RunningExchange(market, clock) as running:
        for _ in range(40):
            row = running.get("v1/klines", symbol="SOLUSDT", interval="5m", limit=1).json()[0]
            ticker = running.get("v1/ticker/24hr", symbol="SOLUSDT").json()
            assert row[4] == ticker["lastPrice"]
            highs.append(float(row[2]))
            clock.advance(4_000)
    assert np.all(np.diff(highs) >= 0.0)


def test_recorded_candles_are_served_unchanged(recorded_data: Path) -> None:
    market = load_market(recorded_data / "binance").at_offset(100 * DAY)
    now = market.begin + 30 * DAY + 1_234
    with RunningExchange(market, ManualClock(now)) as running:
        for base in ("BTC", "1000PEPE", "DOGE"):
            rows = running.get("v1/klines", symbol=f"{base}USDT", interval="5m", limit=1500).json()[:-1]
            frame = source(recorded_data / "binance", f"{base}_USDT_USDT-5m-futures").set_index("date")
            times = np.array([row[0] for row in rows]) - 100 * DAY
            wanted = frame[np.isin(frame.index.as_unit("ms").asi8, times)]
            assert len(wanted) == len(rows) == 1499
            for column, name in enumerate(("open", "high", "low", "close", "volume"), 1):
                assert [float(row[column]) for row in rows] == wanted[name].tolist()
