"""A coin is the same coin in every spelling of its symbol."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.coins import CoinTable, base_of
from hhq.settings.signal import SignalSettings


@pytest.mark.parametrize(
    "symbol",
    [
        "BTC/USDT:USDT",
        "BTCUSDT",
        "btcusdt",
        "BTC_USDT_USDT",
        "BTC/USDT",
        "BTC",
        " btc ",
        "BTC/USDT:USDT-250926",
    ],
)
def test_lesson_35_every_symbol_spelling_is_the_same_coin(symbol: str) -> None:
    assert base_of(symbol) == "BTC"
    assert CoinTable.of((symbol,)).is_one_of(("BTC",)).tolist() == [True]
    assert CoinTable.of(("BTC/USDT:USDT",)).is_one_of((symbol,)).tolist() == [True]


@pytest.mark.parametrize(
    ("symbol", "base"),
    [
        ("1000PEPE/USDT:USDT", "1000PEPE"),
        ("1000PEPEUSDT", "1000PEPE"),
        ("BUSDUSDT", "BUSD"),
        ("USDT", "USDT"),
        ("USTC/USDT:USDT", "USTC"),
        ("BTCDOMUSDT", "BTCDOM"),
    ],
)
def test_bases_that_look_like_something_else_are_read_whole(symbol: str, base: str) -> None:
    assert base_of(symbol) == base


def test_a_base_is_compared_whole_and_not_by_its_beginning() -> None:
    coins = CoinTable.of(("BTCDOM/USDT:USDT", "BTC/USDT:USDT", "ETHFI/USDT:USDT", "ETH/USDT:USDT"))
    assert coins.is_one_of(("BTC", "ETH")).tolist() == [False, True, False, True]
    assert coins.is_one_of(()).tolist() == [False] * 4


@pytest.mark.parametrize(
    "base",
    [
        "USDC",
        "BUSD",
        "TUSD",
        "FDUSD",
        "USDP",
        "DAI",
        "EUR",
        "GBP",
        "XAU",
        "XAG",
        "PAXG",
        "USDE",
        "TRY",
        "XPT",
    ],
)
def test_stablecoins_currencies_and_metals_are_excluded_by_default(base: str) -> None:
    assert CoinTable.of((f"{base}/USDT:USDT",)).is_one_of(SignalSettings().excluded_coins).all()


def test_what_is_not_known_about_coins_is_nan() -> None:
    nothing = CoinTable.of(("SOLUSDT", "BTCUSDT"))
    ticks = CoinTable.of(("SOLUSDT", "BTCUSDT"), np.array([0.01, 0.1]))
    for table in (nothing, ticks):
        assert np.isnan(table.maintenance_rate).all()
        assert np.isnan(table.largest_leverage).all()
    assert np.isnan(nothing.tick_size).all()
    assert ticks.tick_size.tolist() == [0.01, 0.1]
