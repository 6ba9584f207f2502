"""Candles of mark price, index price and premium index over REST."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from companion.replay.candles import HOUR
from companion.replay.clock import ManualClock
from companion.replay.market import load_market
from tests.replay.conftest import NOON
from tests.replay.rest_client import FORMING
from tests.replay.sample_market import BASE, BEGIN, DAY, source
from tests.replay.server import RunningExchange

PATHS = ("v1/markPriceKlines", "v1/indexPriceKlines", "v1/premiumIndexKlines")
EARLIER_DAYS = 5


def rows_of(running: RunningExchange, path: str, **query: object) -> list[list[Any]]:
    answer = running.get(path, **{"symbol": "BTCUSDT", "pair": "BTCUSDT", "interval": "1h", **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


@pytest.fixture(scope="module")
def longer(market_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningExchange]:
    """The sample market with 1h candles that go five days further back than the 5m ones and the mark file."""
    folder = tmp_path_factory.mktemp("longer") / "market"
    shutil.copytree(market_folder, folder)
    frame = source(market_folder, "BTC_USDT_USDT-5m-futures").iloc[: EARLIER_DAYS * 24].copy()
    frame["date"] = pd.to_datetime(
        [BEGIN - EARLIER_DAYS * DAY + HOUR * hour for hour in range(len(frame))], unit="ms", utc=True
    )
    frame.to_feather(folder / "futures" / "BTC_USDT_USDT-1h-futures.feather")
    with RunningExchange(load_market(folder), ManualClock(NOON)) as running:
        yield running


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("interval", ["5m", "1h", "4h"])
def test_every_series_has_the_opens_of_the_traded_candles(
    longer: RunningExchange, path: str, interval: str
) -> None:
    windows: tuple[dict[str, int], ...] = (
        {},
        {"startTime": 0},
        {"startTime": BEGIN + DAY, "endTime": BEGIN + 2 * DAY},
        {"limit": 7},
    )
    for window in windows:
        query: dict[str, object] = {"limit": 1500, "interval": interval, **window}
        traded = rows_of(longer, "v1/klines", **query)
        assert [row[0] for row in rows_of(longer, path, **query)] == [row[0] for row in traded]
        assert len(traded) > 5


def test_before_the_mark_file_the_mark_price_follows_the_traded_candles(
    longer: RunningExchange, market_folder: Path
) -> None:
    query = {"startTime": 0, "limit": EARLIER_DAYS * 24 + 1}
    traded, mark = rows_of(longer, "v1/klines", **query), rows_of(longer, "v1/markPriceKlines", **query)
    for price, row in zip(traded[:-1], mark[:-1], strict=True):
        assert [float(x) for x in row[1:5]] == pytest.approx([float(x) for x in price[1:5]], rel=0.002)
    recorded = source(market_folder, "BTC_USDT_USDT-1h-mark").iloc[0]
    assert mark[-1][0] == BEGIN
    assert [float(x) for x in mark[-1][1:5]] == recorded[["open", "high", "low", "close"]].tolist()


@pytest.mark.parametrize(("path", "period"), [(PATHS[0], 1), (PATHS[1], 1), (PATHS[2], 5)])
@pytest.mark.parametrize("interval", ["5m", "1h"])
def test_the_count_of_the_forming_candle_is_that_of_the_time_gone_by(
    still: RunningExchange, path: str, period: int, interval: str
) -> None:
    *closed, forming = rows_of(still, path, limit=5, interval=interval)
    length = BASE if interval == "5m" else HOUR
    assert {row[8] for row in closed} == {length // 1000 // period}
    assert forming[0] == NOON // length * length
    assert forming[8] == (NOON - forming[0]) // 1000 // period < closed[0][8]


def test_the_forming_premium_candle_ends_at_the_premium_of_this_moment(still: RunningExchange) -> None:
    forming = rows_of(still, "v1/premiumIndexKlines", limit=1, interval="5m")[0]
    premium = still.get("v1/premiumIndex", symbol="BTCUSDT").json()
    basis = float(premium["markPrice"]) / float(premium["indexPrice"]) - 1.0
    assert forming[0] == FORMING
    assert float(forming[4]) == pytest.approx(basis, abs=2e-8)
    assert float(forming[3]) <= float(forming[4]) <= float(forming[2])


def test_recorded_series_are_as_long_as_the_recorded_hours(recorded_data: Path) -> None:
    market = load_market(recorded_data / "binance").at_offset(100 * DAY)
    with RunningExchange(market, ManualClock(market.begin + 30 * DAY + 1_234)) as running:
        query = {"startTime": 0, "limit": 1500}
        traded = [row[0] for row in rows_of(running, "v1/klines", **query)]
        assert traded[0] < market.begin
        for path in PATHS:
            assert [row[0] for row in rows_of(running, path, **query)] == traded
