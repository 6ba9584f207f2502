"""What an exchangeInfo answer says about the coins."""

from __future__ import annotations

import gzip
import math
from pathlib import Path
from typing import Any

import orjson
import pytest

from companion.market.universe import Coin
from companion.venues.binance.listings import read_funding_intervals, read_listings
from companion.venues.errors import MalformedError
from hhq.contracts import delisting_is_near, is_a_date
from hhq.settings import HHQSettings


def entry(base: str = "SOL", **changes: Any) -> dict[str, Any]:
    return {
        "symbol": f"{base}USDT", "baseAsset": base, "quoteAsset": "USDT", "marginAsset": "USDT", "status": "TRADING",
        "contractType": "PERPETUAL", "onboardDate": 1_600_000_000_000,
        "filters": [
            {"filterType": "PRICE_FILTER", "tickSize": "0.0100"},
            {"filterType": "LOT_SIZE", "stepSize": "0.1", "minQty": "0.2"},
            {"filterType": "MIN_NOTIONAL", "notional": "5"},
        ],
    } | changes  # fmt: skip


def listed(entries: list[dict[str, Any]]) -> tuple[tuple[Coin, ...], int]:
    listings = read_listings({"symbols": entries})
    return listings.coins, listings.unreadable


def test_a_coin_has_freqtrades_name_and_the_exchanges_rules() -> None:
    (coin,), unreadable = listed([entry("1000SHIB")])
    assert (coin.pair, coin.symbol) == ("1000SHIB/USDT:USDT", "1000SHIBUSDT")
    assert (coin.tick_size, coin.step_size, coin.minimum_amount, coin.minimum_notional) == (
        0.01,
        0.1,
        0.2,
        5.0,
    )
    assert (coin.listed_ms, coin.funding_hours) == (1_600_000_000_000, 8.0)
    assert unreadable == 0


def test_only_usdt_perpetuals_that_trade_are_taken_and_a_damaged_entry_harms_no_other() -> None:
    others: list[dict[str, Any]] = [
        entry("A", contractType="CURRENT_QUARTER"),
        entry("B", quoteAsset="USDC"),
        entry("C", marginAsset="BTC"),
        entry("D", status="SETTLING"),
        entry("E", status="PENDING_TRADING"),
        entry("F", filters=[]),
        {"symbol": "G"},
        entry("H", filters=[{"filterType": "PRICE_FILTER", "tickSize": "x"}]),
    ]
    coins, unreadable = listed([*others, entry()])
    assert [coin.symbol for coin in coins] == ["SOLUSDT"]
    assert unreadable == 3


def test_a_coin_has_its_contract_type_and_its_delivery() -> None:
    coins, unreadable = listed(
        [
            entry(deliveryDate=1_796_055_110_724),
            entry("TSLA", contractType="TRADIFI_PERPETUAL", deliveryDate=4_133_404_800_000),
            entry("NONE", deliveryDate=0),
            entry("ODD", deliveryDate="soon"),
        ]
    )
    assert [(coin.symbol, coin.contract_type.name) for coin in coins] == [
        ("SOLUSDT", "PERPETUAL"),
        ("TSLAUSDT", "TRADIFI_PERPETUAL"),
        ("NONEUSDT", "PERPETUAL"),
    ]
    assert [coin.delivery_ms for coin in coins[:2]] == [1_796_055_110_724.0, 4_133_404_800_000.0]
    assert math.isnan(coins[2].delivery_ms)
    assert unreadable == 1


def test_only_the_announced_delistings_of_a_recorded_day_are_near(recorded_data: Path) -> None:
    path = recorded_data / "exchange" / "exchangeInfo-2025-08-11.json.gz"
    coins = read_listings(orjson.loads(gzip.decompress(path.read_bytes()))).coins
    at_ms = 1_754_895_881_430.0  # serverTime of the answer, 2025-08-11 07:04 UTC
    near = [coin.symbol for coin in coins if delisting_is_near(coin.delivery_ms, at_ms, HHQSettings())]
    assert sorted(near) == ["DEFIUSDT", "MEMEFIUSDT"]
    assert {coin.symbol for coin in coins if is_a_date(coin.delivery_ms)} == {*near, "MKRUSDT"}


def test_what_the_exchange_does_not_say_is_not_a_number() -> None:
    rules = entry()["filters"][:2]
    del rules[1]["minQty"]
    (coin,), _ = listed([entry(filters=rules, onboardDate=None)])
    assert math.isnan(coin.minimum_notional)
    assert math.isnan(coin.minimum_amount)
    assert (coin.listed_ms, coin.funding_hours) == (0, 8.0)


def test_funding_intervals_that_make_no_sense_are_left_out() -> None:
    answer: list[dict[str, Any]] = [
        {"symbol": "A", "fundingIntervalHours": 4},
        {"symbol": "B", "fundingIntervalHours": 0},
        {"symbol": "C", "fundingIntervalHours": None},
        {"symbol": "D"},
        {"symbol": "E", "fundingIntervalHours": 12},
        {"fundingIntervalHours": 4},
    ]
    assert read_funding_intervals(answer) == {"A": 4.0}


@pytest.mark.parametrize("answer", [None, [], "", {}, {"symbols": None}, {"symbols": {}}, {"symbols": [1]}])
def test_an_answer_without_symbols_is_refused(answer: object) -> None:
    with pytest.raises(MalformedError):
        read_listings(answer)


@pytest.mark.parametrize("answer", [None, {}, "", [1], [[]]])
def test_an_answer_without_intervals_is_refused(answer: object) -> None:
    with pytest.raises(MalformedError):
        read_funding_intervals(answer)


@pytest.mark.parametrize(
    "damage", [{"filters": None}, {"filters": [1]}, {"filters": [{"filterType": []}]}, {"onboardDate": "x"}]
)
def test_a_damaged_entry_is_counted(damage: dict[str, Any]) -> None:
    assert listed([entry(**damage)]) == ((), 1)


def test_the_coins_of_two_recorded_days_are_all_readable(recorded_data: Path) -> None:
    for name, coins in (("2024-10-20", 297), ("2025-08-11", 469)):
        path = recorded_data / "exchange" / f"exchangeInfo-{name}.json.gz"
        listings = read_listings(orjson.loads(gzip.decompress(path.read_bytes())))
        assert listings.unreadable == 0
        assert len(listings.coins) == coins
        assert all(coin.tick_size > 0.0 and coin.step_size > 0.0 for coin in listings.coins)
        assert {"BTC/USDT:USDT", "ETH/USDT:USDT"} <= {coin.pair for coin in listings.coins}
