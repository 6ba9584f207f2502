"""The REST side, over HTTP, against a clock that stands in the middle of a candle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from companion.replay.app import AppOptions
from companion.replay.candles import HOUR
from companion.replay.clock import ManualClock
from companion.replay.market import Market, load_market
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN, COINS, CRASH_ROW, DAY, ROWS, source
from tests.replay.server import RunningExchange

# The candle that is forming at NOON.
ROW = (NOON - BEGIN) // BASE
FORMING = BEGIN + ROW * BASE


def klines(still: RunningExchange, **query: object) -> list[list[Any]]:
    answer = still.get("v1/klines", **{"symbol": "BTCUSDT", "interval": "5m", **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def refused(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def test_time_and_ping_answer(still: RunningExchange) -> None:
    assert still.get("v1/ping").json() == {}
    assert still.get("v1/time").json() == {"serverTime": NOON}


def test_exchange_info_lists_perpetuals_with_what_ccxt_reads(still: RunningExchange) -> None:
    info = still.get("v1/exchangeInfo").json()
    assert info["serverTime"] == NOON
    symbols = {entry["symbol"]: entry for entry in info["symbols"]}
    assert set(symbols) == {sample.base + "USDT" for sample in COINS}
    bitcoin = symbols["BTCUSDT"]
    assert bitcoin["contractType"] == "PERPETUAL"
    assert (bitcoin["status"], bitcoin["deliveryDate"]) == ("TRADING", 4133404800000)
    assert "STOP_MARKET" in bitcoin["orderTypes"]
    filters = {row["filterType"]: row for row in bitcoin["filters"]}
    assert filters["PRICE_FILTER"]["tickSize"] == "0.1"
    assert filters["LOT_SIZE"]["stepSize"] == "0.001"
    assert "MIN_NOTIONAL" in filters
    assert symbols["NEWXUSDT"]["onboardDate"] == BEGIN + 1_728 * BASE


def test_a_delisted_coin_is_in_settlement_and_gone_from_the_tickers(still: RunningExchange) -> None:
    symbols = {entry["symbol"]: entry for entry in still.get("v1/exchangeInfo").json()["symbols"]}
    assert symbols["GONEUSDT"]["status"] == "SETTLING"
    assert symbols["GONEUSDT"]["deliveryDate"] == BEGIN + 1_760 * BASE
    for path in ("v1/ticker/24hr", "v1/ticker/bookTicker", "v1/premiumIndex", "v1/ticker/price"):
        named = {row["symbol"] for row in still.get(path).json()}
        assert "GONEUSDT" not in named
        assert "BTCUSDT" in named
    assert klines(still, symbol="GONEUSDT", limit=1)[0][0] == BEGIN + 1_759 * BASE


def test_for_backtests_every_coin_can_be_listed(market: Market) -> None:
    with RunningExchange(market, ManualClock(BEGIN + BASE), AppOptions(list_all=True)) as running:
        symbols = running.get("v1/exchangeInfo").json()["symbols"]
        assert {entry["symbol"] for entry in symbols} == {sample.base + "USDT" for sample in COINS}
        assert {entry["status"] for entry in symbols} == {"TRADING"}


def test_a_coin_is_unknown_before_its_listing(market: Market) -> None:
    with RunningExchange(market, ManualClock(BEGIN + 1_728 * BASE - 1)) as early:
        assert refused(early.get("v1/klines", symbol="NEWXUSDT", interval="5m")) == (400, -1121)
        early.clock.advance(1)  # type: ignore[attr-defined]  # a ManualClock
        assert early.get("v1/klines", symbol="NEWXUSDT", interval="5m").status_code == 200


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


def test_funding_is_the_recorded_one_up_to_now(still: RunningExchange, market_folder: Path) -> None:
    frame = source(market_folder, "BTC_USDT_USDT-1h-funding_rate")
    rows = still.get("v1/fundingRate", symbol="BTCUSDT", startTime=0, limit=1000).json()
    settled = [t for t in range(BEGIN, BEGIN + 9 * DAY, 8 * HOUR) if t <= NOON]
    assert [row["fundingTime"] for row in rows] == settled
    assert [float(row["fundingRate"]) for row in rows] == frame["open"].tolist()[: len(settled)]
    newest = still.get("v1/fundingRate", symbol="BTCUSDT", limit=2).json()
    assert newest == rows[-2:]
    assert still.get("v1/fundingRate", symbol="TINYUSDT").json() == []
    assert len({row["symbol"] for row in still.get("v1/fundingRate", limit=1000).json()}) == 3


def test_the_next_funding_follows_the_coins_own_interval(still: RunningExchange) -> None:
    hours = {row["symbol"]: row["fundingIntervalHours"] for row in still.get("v1/fundingInfo").json()}
    assert hours == {"BTCUSDT": 8, "ETHUSDT": 8, "SOLUSDT": 4}
    for symbol, interval in hours.items():
        premium = still.get("v1/premiumIndex", symbol=symbol).json()
        assert 0 < premium["nextFundingTime"] - NOON <= interval * HOUR
        assert premium["nextFundingTime"] % (interval * HOUR) == 0
        assert abs(float(premium["lastFundingRate"])) < 0.01
    unknown = still.get("v1/premiumIndex", symbol="TINYUSDT").json()
    assert unknown["lastFundingRate"] == "", "a rate that nobody recorded is not made up"


def test_the_day_ticker_sums_the_last_24_hours(still: RunningExchange, market_folder: Path) -> None:
    ticker = still.get("v1/ticker/24hr", symbol="SOLUSDT").json()
    part = source(market_folder, "SOL_USDT_USDT-5m-futures").iloc[ROW - 287 : ROW]
    forming = klines(still, symbol="SOLUSDT", limit=1)[0]
    assert float(ticker["openPrice"]) == part["open"].iloc[0]
    assert float(ticker["highPrice"]) == max(part["high"].max(), float(forming[2]))
    assert float(ticker["lowPrice"]) == min(part["low"].min(), float(forming[3]))
    assert float(ticker["lastPrice"]) == float(forming[4])
    assert float(ticker["volume"]) == pytest.approx(part["volume"].sum() + float(forming[5]))


def test_the_book_has_the_recorded_spread_and_imbalance(still: RunningExchange) -> None:
    view = still.exchange.views["BTCUSDT"]
    book = still.get("v1/depth", symbol="BTCUSDT", limit=20).json()
    bids, asks = ([(float(p), float(q)) for p, q in book[side]] for side in ("bids", "asks"))
    assert len(bids) == len(asks) == 20
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    spread = (asks[0][0] - bids[0][0]) / asks[0][0] * 100.0
    assert spread == pytest.approx(view.book.spread_at(NOON, 0.0), abs=0.0002)
    for levels in (1, 5, 20):
        bought, sold = sum(q for _, q in bids[:levels]), sum(q for _, q in asks[:levels])
        imbalance = (bought - sold) / (bought + sold) * 100.0
        assert imbalance == pytest.approx(view.book.imbalance_at(NOON), abs=1.0)
    best = still.get("v1/ticker/bookTicker", symbol="BTCUSDT").json()
    assert [float(best["bidPrice"]), float(best["bidQty"])] == list(bids[0])
    assert [float(best["askPrice"]), float(best["askQty"])] == list(asks[0])


def test_at_a_candles_close_the_book_is_the_recorded_row(still: RunningExchange, market: Market) -> None:
    rows = market.coins["BTCUSDT"].book
    assert rows is not None
    book = still.exchange.views["BTCUSDT"].book
    for row in (100, 1_000, ROWS - 1):
        close = int(rows.time[row]) + BASE
        assert book.spread_at(close, 0.0) == rows.spread_pct[row]
        assert book.imbalance_at(close) == rows.imbalance[row]


@pytest.mark.parametrize("symbol", [sample.base + "USDT" for sample in COINS if sample.base != "GONE"])
def test_every_book_is_uncrossed_around_the_last_price(still: RunningExchange, symbol: str) -> None:
    best = still.get("v1/ticker/bookTicker", symbol=symbol).json()
    last = float(still.get("v1/ticker/price", symbol=symbol).json()["price"])
    assert 0.0 < float(best["bidPrice"]) <= last <= float(best["askPrice"])
    assert float(best["bidPrice"]) < float(best["askPrice"])


def test_trades_make_up_the_forming_candle(still: RunningExchange) -> None:
    forming = klines(still, limit=1)[0]
    trades = still.get("v1/aggTrades", symbol="BTCUSDT", startTime=FORMING, limit=1000).json()
    prices = [float(trade["p"]) for trade in trades]
    assert max(prices) <= float(forming[2])
    assert min(prices) >= float(forming[3])
    assert prices[-1] == float(forming[4])
    assert sum(float(trade["q"]) for trade in trades) == pytest.approx(float(forming[5]))
    assert [trade["T"] for trade in trades] == sorted(trade["T"] for trade in trades)
    assert all(FORMING <= trade["T"] <= NOON for trade in trades)
    bought = sum(float(trade["q"]) for trade in trades if not trade["m"])
    assert bought == pytest.approx(float(forming[9]), rel=0.35)


def test_trades_continue_from_an_id_without_a_gap(still: RunningExchange) -> None:
    newest = still.get("v1/aggTrades", symbol="BTCUSDT", limit=600).json()
    assert len(newest) == 600
    again = still.get("v1/aggTrades", symbol="BTCUSDT", fromId=newest[100]["a"], limit=300).json()
    assert again == newest[100:400]
    single = still.get("v1/trades", symbol="BTCUSDT", limit=5).json()
    assert [row["id"] for row in single] == [row["a"] for row in newest[-5:]]


def test_nothing_is_traded_in_a_quiet_candle(market: Market) -> None:
    quiet = BEGIN + 50 * BASE
    with RunningExchange(market, ManualClock(quiet + BASE - 1)) as running:
        row = running.get("v1/klines", symbol="BTCUSDT", interval="5m", limit=1).json()[0]
        assert row[0] == quiet
        assert (float(row[5]), row[8]) == (0.0, 0)
        query = {"symbol": "BTCUSDT", "startTime": quiet, "endTime": quiet + BASE - 1}
        assert running.get("v1/aggTrades", **query).json() == []


def test_a_crash_forces_orders(still: RunningExchange) -> None:
    crash = BEGIN + CRASH_ROW * BASE
    orders = still.exchange.views["ETHUSDT"].forced.between(crash - 1, crash + BASE)
    assert len(orders) >= 3
    assert sum(order.is_sell for order in orders) > len(orders) / 2, "longs are closed when the price falls"
    assert all(crash <= order.time < crash + BASE for order in orders)


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
    # The weight's minute stands still, as the market does.
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


def test_after_the_tapes_end_candles_stand_and_nothing_fails(market: Market) -> None:
    with RunningExchange(market, ManualClock(market.end + 3 * HOUR)) as running:
        rows = running.get("v1/klines", symbol="BTCUSDT", interval="5m", limit=3).json()
        assert rows[-1][0] == BEGIN + (ROWS - 1) * BASE
        for path in ("v1/ticker/24hr", "v1/premiumIndex", "v1/ticker/bookTicker"):
            assert len(running.get(path).json()) == len(COINS) - 1
        assert running.get("v1/depth", symbol="BTCUSDT", limit=5).status_code == 200
        assert httpx.get(f"{running.url}/replay/status").json()["ended"] is True


def test_the_status_tells_times_symbols_weight_and_connections(still: RunningExchange) -> None:
    status = httpx.get(f"{still.url}/replay/status").json()
    assert status["served_time"] == status["recorded_time"] == NOON
    assert (status["speed"], status["clock"]) == (0.0, "manual")
    assert (status["symbols"], status["trading"]) == (6, 5)
    assert status["kind"] == "sample"
    assert status["connections"]["count"] == 0


def test_the_hand_clock_moves_over_http_and_not_backwards(market: Market) -> None:
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
