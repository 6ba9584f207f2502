"""Markets, funding, tickers, books and trades over REST, against a clock that stands still."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from companion.replay.app import AppOptions
from companion.replay.candles import HOUR
from companion.replay.clock import ManualClock
from companion.replay.market import Market
from tests.replay.conftest import NOON
from tests.replay.rest_client import FORMING, ROW, klines, refused
from tests.replay.sample_market import BASE, BEGIN, COINS, CRASH_ROW, DAY, ROWS, source
from tests.replay.server import RunningExchange


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


def entry_of(running: RunningExchange, symbol: str = "SOLUSDT") -> dict[str, Any]:
    return next(row for row in running.get("v1/exchangeInfo").json()["symbols"] if row["symbol"] == symbol)


def listed_as(market: Market, symbol: str = "SOLUSDT", **facts: Any) -> Market:
    """The market with other facts in a coin's entry of the folder's exchangeInfo."""
    held = market.coins[symbol]
    rules = replace(held.rules, info={**held.rules.info, **facts})
    return replace(market, coins={**market.coins, symbol: replace(held, rules=rules)})


@pytest.mark.parametrize("date", [NOON + 45 * 60_000, 4133408400000])
def test_a_delivery_that_the_folder_names_is_served_as_it_stands(market: Market, date: int) -> None:
    with RunningExchange(listed_as(market, deliveryDate=date), ManualClock(NOON)) as running:
        assert (entry_of(running)["deliveryDate"], entry_of(running)["status"]) == (date, "TRADING")


def test_a_delivery_of_the_tapes_own_time_moves_with_the_tape(market: Market) -> None:
    offset = 3 * DAY
    moved = listed_as(market, deliveryDate=NOON + HOUR).at_offset(offset)
    with RunningExchange(moved, ManualClock(NOON + offset)) as running:
        assert entry_of(running)["deliveryDate"] == NOON + HOUR + offset


def test_a_delivery_that_the_candles_contradict_is_none(market: Market) -> None:
    with RunningExchange(listed_as(market, deliveryDate=NOON - 1), ManualClock(NOON)) as running:
        assert entry_of(running)["deliveryDate"] == 4133404800000


def test_a_coin_settles_at_its_delivery(market: Market) -> None:
    clock = ManualClock(NOON)
    with RunningExchange(listed_as(market, deliveryDate=NOON + HOUR), clock) as running:
        clock.set(NOON + HOUR - 1)
        assert entry_of(running)["status"] == "TRADING"
        clock.advance(1)
        assert (entry_of(running)["status"], entry_of(running)["deliveryDate"]) == ("SETTLING", NOON + HOUR)
        assert "SOLUSDT" not in {row["symbol"] for row in running.get("v1/ticker/bookTicker").json()}


def test_for_backtests_no_delivery_is_served(market: Market) -> None:
    announced, options = listed_as(market, deliveryDate=NOON + HOUR), AppOptions(list_all=True)
    with RunningExchange(announced, ManualClock(NOON), options) as running:
        assert entry_of(running)["deliveryDate"] == 4133404800000


def test_a_contract_keeps_the_type_that_the_folder_names(market: Market) -> None:
    tradifi = listed_as(market, contractType="TRADIFI_PERPETUAL")
    with RunningExchange(tradifi, ManualClock(NOON)) as running:
        assert entry_of(running)["contractType"] == "TRADIFI_PERPETUAL"
        assert entry_of(running, "BTCUSDT")["contractType"] == "PERPETUAL"


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


def test_a_crash_brings_liquidation_orders(still: RunningExchange) -> None:
    crash = BEGIN + CRASH_ROW * BASE
    orders = still.exchange.views["ETHUSDT"].liquidation_orders.between(crash - 1, crash + BASE)
    assert len(orders) >= 3
    assert sum(order.is_sell for order in orders) > len(orders) / 2, "longs are closed when the price falls"
    assert all(crash <= order.time < crash + BASE for order in orders)


def test_after_the_tapes_end_candles_stay_as_they_are_and_nothing_fails(market: Market) -> None:
    with RunningExchange(market, ManualClock(market.end + 3 * HOUR)) as running:
        rows = running.get("v1/klines", symbol="BTCUSDT", interval="5m", limit=3).json()
        assert rows[-1][0] == BEGIN + (ROWS - 1) * BASE
        for path in ("v1/ticker/24hr", "v1/premiumIndex", "v1/ticker/bookTicker"):
            assert len(running.get(path).json()) == len(COINS) - 1
        assert running.get("v1/depth", symbol="BTCUSDT", limit=5).status_code == 200
        assert httpx.get(f"{running.url}/replay/status").json()["ended"] is True
