"""What the bot knows about a pair: the single source of tick sizes and leverage tiers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.offline.data_folder import DataFolder, open_folder
from companion.offline.pair_rules import load_pair_rules

BTC, NEW = "BTC/USDT:USDT", "NEWCOIN/USDT:USDT"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    (tmp_path / "futures").mkdir()
    dates = pd.date_range("2025-03-01", periods=4, freq="5min", tz="UTC").as_unit("ms")
    for stem, prices in (("BTC", [100.1, 100.2, 99.9, 100.0]), ("NEWCOIN", [0.125, 0.13, 0.131, 0.12])):
        frame = pd.DataFrame({"date": dates, "open": prices})
        for column in ("high", "low", "close", "volume"):
            frame[column] = frame["open"]
        frame.to_feather(tmp_path / "futures" / f"{stem}_USDT_USDT-5m-futures.feather")
    return open_folder(tmp_path)


def exchange_info(tick: str) -> str:
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": tick, "minPrice": tick, "maxPrice": "1000000"},
        {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001", "maxQty": "1000"},
        {"filterType": "MARKET_LOT_SIZE", "stepSize": "0.001", "minQty": "0.001", "maxQty": "100"},
        {"filterType": "MIN_NOTIONAL", "notional": "5"},
    ]
    symbol = {
        "symbol": "BTCUSDT", "pair": "BTCUSDT", "contractType": "PERPETUAL", "status": "TRADING",
        "baseAsset": "BTC", "quoteAsset": "USDT", "marginAsset": "USDT", "onboardDate": 1569398400000,
        "deliveryDate": 4133404800000, "pricePrecision": 2, "quantityPrecision": 3, "filters": filters,
    }  # fmt: skip
    return json.dumps({"symbols": [symbol]})


def test_without_an_exchange_the_candles_decimals_are_the_tick(folder: DataFolder) -> None:
    rules = load_pair_rules(folder, [BTC, NEW])
    assert rules.coins.tick_size.tolist() == [0.1, 0.001]
    assert rules.tick_sources == ("the decimals of its candles",) * 2


def test_the_folders_own_answer_names_the_tick(folder: DataFolder) -> None:
    (folder.path / "exchangeInfo.json").write_text(exchange_info("0.05"), encoding="utf-8")
    rules = load_pair_rules(folder, [BTC, NEW])
    assert rules.coins.tick_size.tolist() == [0.05, 0.001]
    assert rules.tick_sources == ("exchangeInfo.json of the data folder", "the decimals of its candles")


def test_a_tick_that_the_candles_do_not_keep_to_is_not_used(folder: DataFolder) -> None:
    (folder.path / "exchangeInfo.json").write_text(exchange_info("1"), encoding="utf-8")
    assert load_pair_rules(folder, [BTC]).coins.tick_size.tolist() == [0.1]


def test_recorded_tick_sizes_come_from_the_answer_next_to_the_folder(recorded_data: Path) -> None:
    rules = load_pair_rules(open_folder(recorded_data / "binance"), [BTC, "DOGE/USDT:USDT"])
    assert rules.coins.tick_size.tolist() == [0.1, 0.00001]


def test_tiers_are_those_that_freqtrade_bundles_and_unknown_for_a_coin_without(folder: DataFolder) -> None:
    coins = load_pair_rules(folder, [BTC, NEW]).coins
    assert coins.largest_leverage[0] >= 75.0
    assert 0.0 < coins.maintenance_rate[0] < 0.05
    assert np.isnan([coins.largest_leverage[1], coins.maintenance_rate[1]]).all()
